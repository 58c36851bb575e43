"""EfficientNet-Lite's sizes, as data (arXiv 1905.11946; tensorflow/tpu, efficientnet/lite)."""

STEM_WIDTH = 32
EXPANSION = 6  # of every inverted bottleneck but those of the first stage

# Of the seven stages.
KERNELS = (3, 3, 5, 3, 5, 5, 3)  # of the depth-wise convolutions
STRIDES = (1, 2, 2, 2, 1, 2, 1)  # after a stem of stride 2
WIDTHS = {  # by variant
    0: (16, 24, 40, 80, 112, 192, 320),
    1: (16, 24, 40, 80, 112, 192, 320),
    2: (16, 24, 48, 88, 120, 208, 352),
}
DEPTHS = {0: (1, 2, 2, 3, 3, 4, 1), 1: (1, 3, 3, 4, 4, 5, 1), 2: (1, 3, 3, 4, 4, 5, 1)}  # blocks, by variant

TAPS = {1: 4, 2: 8, 4: 16, 6: 32}  # stages whose features a hybrid ViT takes, and their strides
