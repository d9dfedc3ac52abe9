"""The building blocks of YOLOX (Ge et al. 2021, arXiv:2107.08430), after CSPNet (arXiv:1911.11929)."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

# The values that the published COCO weights were trained with; torch's own defaults differ.
_NORM_EPSILON = 1e-3
_NORM_MOMENTUM = 0.03


class ConvUnit(nn.Module):
    """Convolution, batch normalisation, SiLU; keeps the size at stride 1, halves it at stride 2.

    A norm that does not follow the batch is folded into the convolution: the same sums and gradients, and one pass less
    over the pictures.
    """

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int = 1, *, groups: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, padding=kernel // 2, groups=groups, bias=False)
        self.norm = nn.BatchNorm2d(outputs, eps=_NORM_EPSILON, momentum=_NORM_MOMENTUM)

    def forward(self, x: Tensor) -> Tensor:
        """(N, inputs, H, W) to (N, outputs, H / stride, W / stride)."""
        out = self.norm(self.conv(x)) if self.training else self._with_norm_folded(x)
        # What is overwritten would have to be copied for a way back.
        return functional.silu(out, inplace=not torch.is_grad_enabled())

    def _with_norm_folded(self, x: Tensor) -> Tensor:
        conv, norm = self.conv, self.norm
        mean, variance = norm.get_buffer("running_mean"), norm.get_buffer("running_var")
        scale = norm.weight * torch.rsqrt(variance + norm.eps)
        weight, bias = conv.weight * scale[:, None, None, None], norm.bias - mean * scale
        return functional.conv2d(x, weight, bias, conv.stride, conv.padding, groups=conv.groups)


class DepthwiseUnit(nn.Module):
    """A convolution split in two: each channel alone, then all channels of each pixel."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int = 1) -> None:
        super().__init__()
        self.depthwise = ConvUnit(inputs, inputs, kernel, stride, groups=inputs)
        self.pointwise = ConvUnit(inputs, outputs, 1)

    def forward(self, x: Tensor) -> Tensor:
        """(N, inputs, H, W) to (N, outputs, H / stride, W / stride)."""
        out: Tensor = self.pointwise(self.depthwise(x))
        return out


def spatial_unit(inputs: int, outputs: int, stride: int, *, depthwise: bool) -> nn.Module:
    """A 3x3 convolution, split or whole."""
    return DepthwiseUnit(inputs, outputs, 3, stride) if depthwise else ConvUnit(inputs, outputs, 3, stride)


class Bottleneck(nn.Module):
    """1x1 then 3x3 convolution, added to the input when ``shortcut``."""

    def __init__(self, channels: int, *, shortcut: bool, depthwise: bool) -> None:
        super().__init__()
        self.mix = ConvUnit(channels, channels, 1)
        self.spatial = spatial_unit(channels, channels, 1, depthwise=depthwise)
        self.shortcut = shortcut

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) to the same."""
        out: Tensor = self.spatial(self.mix(x))
        return x + out if self.shortcut else out


class CspBlock(nn.Module):
    """Half of the channels go through bottlenecks, half go past them, then both are merged."""

    def __init__(self, inputs: int, outputs: int, repeats: int, *, shortcut: bool, depthwise: bool) -> None:
        super().__init__()
        half = outputs // 2
        self.main = ConvUnit(inputs, half, 1)
        self.bypass = ConvUnit(inputs, half, 1)
        self.merge = ConvUnit(2 * half, outputs, 1)
        self.bottlenecks = nn.Sequential(
            *(Bottleneck(half, shortcut=shortcut, depthwise=depthwise) for _ in range(repeats))
        )

    def forward(self, x: Tensor) -> Tensor:
        """(N, inputs, H, W) to (N, outputs, H, W)."""
        out: Tensor = self.merge(torch.cat((self.bottlenecks(self.main(x)), self.bypass(x)), dim=1))
        return out


class Focus(nn.Module):
    """The stem: every 2x2 square of pixels becomes one with four times the channels, then a convolution."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.conv = ConvUnit(4 * inputs, outputs, 3)

    def forward(self, x: Tensor) -> Tensor:
        """(N, inputs, H, W) to (N, outputs, H / 2, W / 2)."""
        corners = (x[..., ::2, ::2], x[..., 1::2, ::2], x[..., ::2, 1::2], x[..., 1::2, 1::2])
        out: Tensor = self.conv(torch.cat(corners, dim=1))
        return out


class PyramidPool(nn.Module):
    """Spatial pyramid pooling: sees 5, 9 and 13 cells around at once (He et al. 2014, arXiv:1406.4729)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        half = channels // 2
        self.reduce = ConvUnit(channels, half, 1)
        self.pools = nn.ModuleList(nn.MaxPool2d(size, stride=1, padding=size // 2) for size in (5, 9, 13))
        self.merge = ConvUnit(4 * half, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) to the same."""
        reduced = self.reduce(x)
        out: Tensor = self.merge(torch.cat([reduced, *(pool(reduced) for pool in self.pools)], dim=1))
        return out
