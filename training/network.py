"""The network: one encoder, BERT or MPNet, and for each task a head on what it makes of a pair."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel, PreTrainedModel
from transformers.utils import logging

from index.errors import ModelUnavailable
from rag.reader.encoding import Task

CONFIG, TOKENIZER, WEIGHTS = "config.json", "tokenizer.json", "reader.safetensors"


class Network(nn.Module):
    """Reads a pair and gives a logit for each task."""

    def __init__(self, encoder: PreTrainedModel) -> None:
        """Takes the encoder; the heads begin at random."""
        super().__init__()
        self.encoder = encoder
        size = int(encoder.config.hidden_size)
        self._has_types = hasattr(encoder.embeddings, "token_type_embeddings")
        self.pooler = nn.Linear(2 * size, size)
        self.dropout = nn.Dropout(0.1)
        self.heads = nn.Linear(size, len(Task))

    @classmethod
    def begun(cls, encoder: Path) -> Network:
        """A network to be trained, on the encoder of a folder in the format of transformers."""
        # It would list the weights that are not needed. transformers declares no types for these two.
        logging.set_verbosity_error()  # type: ignore[no-untyped-call]
        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        return cls(AutoModel.from_pretrained(encoder, add_pooling_layer=False, local_files_only=True))

    @classmethod
    def load(cls, folder: Path) -> Network:
        """A trained network, ready to be used.

        Raises:
            ModelUnavailable: The folder does not hold one.
        """
        try:
            config = AutoConfig.for_model(**json.loads((folder / CONFIG).read_text(encoding="utf-8")))
            weights = load_file(folder / WEIGHTS)
        except (OSError, ValueError) as error:
            raise ModelUnavailable(
                f"The folder {folder} holds no trained reader ({error}). Train one: python -m training.reader."
            ) from None
        # transformers declares no types for it.
        network = cls(AutoModel.from_config(config, add_pooling_layer=False))  # type: ignore[no-untyped-call]
        network.load_state_dict(weights)
        return network.eval()

    def save(self, folder: Path, tokenizer: Path) -> None:
        """Writes the network and a copy of its tokenizer into a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        config = json.dumps(self.encoder.config.to_dict(), indent=1, sort_keys=True, default=str)
        (folder / CONFIG).write_text(config + "\n", encoding="utf-8")
        shutil.copyfile(tokenizer, folder / TOKENIZER)
        save_file({name: weight.contiguous() for name, weight in self.state_dict().items()}, folder / WEIGHTS)

    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
        """Scores pairs.

        Args:
            input_ids: Pairs by tokens.
            attention_mask: 1 for tokens, 0 for padding; of the same shape.
            token_type_ids: 1 for the tokens of the sentence, 0 for all others; of the same shape. MPNet has no use for
                them.

        Returns:
            Logits, pairs by tasks.
        """
        types = {"token_type_ids": token_type_ids} if self._has_types else {}
        states = self.encoder(input_ids=input_ids, attention_mask=attention_mask, **types).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(states.dtype)
        mean = (states * mask).sum(1) / mask.sum(1)
        pooled = torch.tanh(self.pooler(torch.cat([states[:, 0], mean], dim=1)))
        logits: Tensor = self.heads(self.dropout(pooled))
        return logits.float()
