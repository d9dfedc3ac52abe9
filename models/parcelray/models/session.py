"""``OrtSession``: ONNX Runtime with the settings that a service on a few cores needs. Nothing else imports it."""

from __future__ import annotations

import os

# ONNX Runtime 1.32 reports home by default on Linux unless this stands before its first import.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from parcelray.models.errors import PackageError


class OrtSession:
    """One network, ready to run. Safe to call from several threads at once.

    Args:
        model: the bytes of the ONNX file.
        threads: how many cores one call may use.

    Raises:
        PackageError: the bytes are not a graph that ONNX Runtime can load.
    """

    def __init__(self, model: bytes, *, threads: int) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # Spinning threads burn the cores that decode the next scan.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        try:
            self._session = ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        except Exception as error:
            # ONNX Runtime raises several unrelated classes of its own here.
            raise PackageError(f"the network cannot be loaded: {error}") from error
        self._input = self._session.get_inputs()[0].name

    def run(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        """(N, 3, H, W) float32 to (N, A, 5 + C) raw rows."""
        rows: NDArray[np.float32] = self._session.run(None, {self._input: batch})[0]
        return rows
