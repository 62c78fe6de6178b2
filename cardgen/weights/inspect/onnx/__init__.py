"""Models in ONNX: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.

The file is one protocol buffer, which the onnx library reads whole, weights and all. Here it is gone through, and the
weights are passed over, so that a model of gigabytes takes no memory, and of one on the Hub only the rest is fetched.
"""
