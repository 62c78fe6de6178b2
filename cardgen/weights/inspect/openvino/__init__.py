"""Models in OpenVINO's IR: https://docs.openvino.ai, "OpenVINO IR format".

An ``.xml`` file lists layers and the edges between them; the ``.bin`` beside it holds constants, and is not read.
"""
