"""Writes pruned networks as ONNX files, one per name on the command line, e.g.: python networks.py mobilenet_v2 unet

Needs torch 1.13 or newer, torchvision and onnx. Weights are untrained: each convolution and linear layer keeps its largest fifth.
"""
import inspect
import math
import sys

import torch
import torchvision
from torch import nn


class UNet(nn.Module):
    def __init__(self, c=32):
        super().__init__()

        def double(i, o):
            layers = []
            for n in (i, o):
                layers += [nn.Conv2d(n, o, 3, padding=1, bias=False), nn.BatchNorm2d(o), nn.ReLU()]
            return nn.Sequential(*layers)

        widths = [8 * c, 4 * c, 2 * c, c]
        self.down = nn.ModuleList([double(3, c), double(c, 2 * c), double(2 * c, 4 * c), double(4 * c, 8 * c)])
        self.bottom = double(8 * c, 16 * c)
        self.pool = nn.MaxPool2d(2)
        self.up = nn.ModuleList([nn.ConvTranspose2d(2 * k, k, 2, 2) for k in widths])
        self.join = nn.ModuleList([double(2 * k, k) for k in widths])
        self.out = nn.Conv2d(c, 2, 1)

    def forward(self, x):
        levels = []
        for down in self.down:
            x = down(x)
            levels.append(x)
            x = self.pool(x)
        x = self.bottom(x)
        for up, join in zip(self.up, self.join):
            x = join(torch.cat([levels.pop(), up(x)], 1))
        return self.out(x)


class Block(nn.Module):
    """A transformer layer of 3 heads."""

    def __init__(self, d=192, heads=3):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(d), nn.LayerNorm(d)
        self.qkv, self.project = nn.Linear(d, 3 * d), nn.Linear(d, d)
        self.feed = nn.Sequential(nn.Linear(d, 4 * d), nn.GELU(approximate="tanh"), nn.Linear(4 * d, d))

    def forward(self, x):
        b, t, d = x.shape
        q, k, v = self.qkv(self.norm1(x)).reshape(b, t, 3, self.heads, d // self.heads).permute(2, 0, 3, 1, 4).unbind(0)
        y = torch.softmax(q @ k.transpose(-2, -1) / math.sqrt(d // self.heads), -1) @ v
        x = x + self.project(y.transpose(1, 2).reshape(b, t, d))
        return x + self.feed(self.norm2(x))


def darknet53():
    """The backbone of YOLOv3."""

    def convolution(i, o, k, stride=1):
        return [nn.Conv2d(i, o, k, stride, k // 2, bias=False), nn.BatchNorm2d(o), nn.LeakyReLU(0.1)]

    class Residual(nn.Sequential):
        def forward(self, x):
            return x + super().forward(x)

    layers, c = convolution(3, 32, 3), 32
    for repeats in (1, 2, 8, 8, 4):
        layers += convolution(c, 2 * c, 3, 2)
        c *= 2
        layers += [Residual(*convolution(c, c // 2, 1), *convolution(c // 2, c, 3)) for _ in range(repeats)]
    return nn.Sequential(*layers)


def mlp():
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 256), nn.GELU(),
                         nn.BatchNorm1d(256), nn.Linear(256, 10), nn.LogSoftmax(1))


OWN = {
    "darknet53": (darknet53, (1, 3, 256, 256)),
    "unet": (UNet, (1, 3, 128, 128)),
    "mlp": (mlp, (1, 1, 28, 28)),
    "transformer": (lambda: nn.Sequential(Block(), Block()), (1, 64, 192)),
}


def prune(model, sparsity=0.8):
    generator = torch.Generator().manual_seed(1)
    for module in model.modules():
        if isinstance(module, (nn.Conv2d, nn.Linear, nn.ConvTranspose2d)):
            weights = module.weight
            weights[weights.abs() <= weights.abs().flatten().kthvalue(int(weights.numel() * sparsity)).values] = 0
        if isinstance(module, nn.BatchNorm2d):  # as if trained: no two channels alike
            module.running_mean.normal_(0, 0.1, generator=generator)
            module.running_var.uniform_(0.5, 1.5, generator=generator)
            module.weight.uniform_(0.5, 1.5, generator=generator)
            module.bias.normal_(0, 0.1, generator=generator)


with torch.no_grad():
    for name in sys.argv[1:]:
        torch.manual_seed(7)
        make, shape = OWN.get(name, (lambda: torchvision.models.get_model(name, weights=None), (1, 3, 224, 224)))
        network = make().eval()
        prune(network)
        older = {"dynamo": False} if "dynamo" in inspect.signature(torch.onnx.export).parameters else {}
        torch.onnx.export(network, torch.randn(*shape), name + ".onnx", opset_version=17, **older)
