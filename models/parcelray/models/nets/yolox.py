"""YOLOX (Ge et al. 2021, arXiv:2107.08430): CSP-Darknet, path-aggregation neck, decoupled anchor-free head."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from parcelray.models.nets.blocks import ConvUnit, CspBlock, Focus, PyramidPool, spatial_unit
from parcelray.models.package import ArchitectureSpec

STRIDES = (8, 16, 32)
# Before training, one cell in a hundred is taken for an item: the loss starts calm (RetinaNet, arXiv:1708.02002).
_PRIOR = 0.01


class Backbone(nn.Module):
    """CSP-Darknet: features at strides 8, 16 and 32."""

    def __init__(self, channels: int, repeats: int, *, depthwise: bool) -> None:
        super().__init__()

        def stage(inputs: int, count: int) -> nn.Sequential:
            return nn.Sequential(
                spatial_unit(inputs, 2 * inputs, 2, depthwise=depthwise),
                CspBlock(2 * inputs, 2 * inputs, count, shortcut=True, depthwise=depthwise),
            )

        self.stem = Focus(3, channels)
        self.stage2 = stage(channels, repeats)
        self.stage3 = stage(2 * channels, 3 * repeats)
        self.stage4 = stage(4 * channels, 3 * repeats)
        self.stage5 = nn.Sequential(
            spatial_unit(8 * channels, 16 * channels, 2, depthwise=depthwise),
            PyramidPool(16 * channels),
            CspBlock(16 * channels, 16 * channels, repeats, shortcut=False, depthwise=depthwise),
        )

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """(N, 3, H, W) to 4, 8 and 16 times ``channels`` at strides 8, 16 and 32."""
        fine = self.stage3(self.stage2(self.stem(x)))
        middle = self.stage4(fine)
        return fine, middle, self.stage5(middle)


class Neck(nn.Module):
    """Path aggregation (Liu et al. 2018, arXiv:1803.01534): what is seen coarsely and finely, brought together."""

    def __init__(self, channels: int, repeats: int, *, depthwise: bool) -> None:
        super().__init__()
        fine, middle, coarse = 4 * channels, 8 * channels, 16 * channels

        def csp(inputs: int, outputs: int) -> CspBlock:
            return CspBlock(inputs, outputs, repeats, shortcut=False, depthwise=depthwise)

        self.upsample = nn.Upsample(scale_factor=2, mode="nearest")
        self.lateral5 = ConvUnit(coarse, middle, 1)
        self.down_to4 = csp(2 * middle, middle)
        self.lateral4 = ConvUnit(middle, fine, 1)
        self.down_to3 = csp(2 * fine, fine)
        self.halve3 = spatial_unit(fine, fine, 2, depthwise=depthwise)
        self.up_to4 = csp(2 * fine, middle)
        self.halve4 = spatial_unit(middle, middle, 2, depthwise=depthwise)
        self.up_to5 = csp(2 * middle, coarse)

    def forward(self, fine: Tensor, middle: Tensor, coarse: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Features at strides 8, 16, 32 to the same shapes."""
        top5 = self.lateral5(coarse)
        top4 = self.lateral4(self.down_to4(torch.cat((self.upsample(top5), middle), dim=1)))
        out3 = self.down_to3(torch.cat((self.upsample(top4), fine), dim=1))
        out4 = self.up_to4(torch.cat((self.halve3(out3), top4), dim=1))
        out5 = self.up_to5(torch.cat((self.halve4(out4), top5), dim=1))
        return out3, out4, out5


class Head(nn.Module):
    """For each grid one tower that tells the class and one that tells box and presence."""

    def __init__(self, channels: int, classes: int, *, depthwise: bool) -> None:
        super().__init__()
        width = 4 * channels

        def tower() -> nn.Sequential:
            return nn.Sequential(*(spatial_unit(width, width, 1, depthwise=depthwise) for _ in range(2)))

        self.stems = nn.ModuleList(ConvUnit(inputs * channels, width, 1) for inputs in (4, 8, 16))
        self.class_towers = nn.ModuleList(tower() for _ in STRIDES)
        self.box_towers = nn.ModuleList(tower() for _ in STRIDES)
        self.class_outputs = nn.ModuleList(nn.Conv2d(width, classes, 1) for _ in STRIDES)
        self.box_outputs = nn.ModuleList(nn.Conv2d(width, 4, 1) for _ in STRIDES)
        self.item_outputs = nn.ModuleList(nn.Conv2d(width, 1, 1) for _ in STRIDES)
        for outputs in (*self.class_outputs, *self.item_outputs):
            nn.init.constant_(outputs.bias, -math.log((1 - _PRIOR) / _PRIOR))

    def forward(self, features: tuple[Tensor, ...]) -> Tensor:
        """Features at strides 8, 16, 32 to (N, A, 5 + classes) rows, finest grid first."""
        rows = []
        for level, feature in enumerate(features):
            shared = self.stems[level](feature)
            boxes = self.box_towers[level](shared)
            outputs = (
                self.box_outputs[level](boxes),
                self.item_outputs[level](boxes),
                self.class_outputs[level](self.class_towers[level](shared)),
            )
            rows.append(torch.cat(outputs, dim=1).flatten(start_dim=2))
        return torch.cat(rows, dim=2).transpose(1, 2)


class YoloX(nn.Module):
    """The network: images in, one row for each grid cell out.

    Args:
        spec: how wide and how deep.
        classes: how many.
    """

    def __init__(self, spec: ArchitectureSpec, classes: int) -> None:
        super().__init__()
        channels = int(64 * spec.width)
        repeats = max(round(3 * spec.depth), 1)
        self.classes = classes
        self.backbone = Backbone(channels, repeats, depthwise=spec.depthwise)
        self.neck = Neck(channels, repeats, depthwise=spec.depthwise)
        self.head = Head(channels, classes, depthwise=spec.depthwise)

    def forward(self, images: Tensor) -> Tensor:
        """(N, 3, H, W), 0..255, to (N, A, 5 + classes): box 4, logit of presence 1, logits of the classes."""
        rows: Tensor = self.head(self.neck(*self.backbone(images)))
        return rows


class InferenceGraph(nn.Module):
    """The network as it is exported: probabilities instead of logits, boxes left for ``decode``."""

    def __init__(self, network: YoloX) -> None:
        super().__init__()
        self.network = network

    def forward(self, images: Tensor) -> Tensor:
        """(N, 3, H, W), 0..255, to (N, A, 5 + classes) rows as ``parcelray.models.decode`` reads them."""
        rows = self.network(images)
        return torch.cat((rows[..., :4], rows[..., 4:].sigmoid()), dim=2)
