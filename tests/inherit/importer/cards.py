# ruff: noqa: E501 - rows of tables
"""Cards of the shapes that people publish, to be imported; the words are ours."""

from __future__ import annotations

TWO_FORMATS = """\
---
language: en
license: apache-2.0
tags:
- text-clasification
- int8
- PostTrainingStatic
datasets:
- sst2
model-index:
- name: film-reviews-int8-static
  results:
  - task: {type: sentiment-classification, name: Sentiment}
    dataset: {type: sst2, name: Stanford Sentiment Treebank}
    metrics:
    - {type: accuracy, value: 90.37, name: accuracy}
---
## Model Details: INT8 film reviews

Here is a classifier of film reviews, in two forms, quantized to INT8 from the original FP32 model
([acme/film-reviews](https://huggingface.co/acme/film-reviews)).

| Model Detail | Description |
| --- | --- |
| Model Authors - Company | Acme, 3 people |
| Date | March 29, 2022 |
| Version | 1 |
| License | Apache 2.0 |
| Type | DistilBERT (INT8) |
| Mascot | An otter named 42 |

| Intended Use | Description |
| --- | --- |
| Primary intended uses | Telling praise from blame |
| Out-of-scope uses | Anything with more than 2 moods |

#### Load the PyTorch form

```python
from optimum.intel import INCModelForSequenceClassification
model_id = "acme/film-reviews-int8-static"
model = INCModelForSequenceClassification.from_pretrained(model_id)
```

#### Load the ONNX form

```python
from optimum.onnxruntime import ORTModelForSequenceClassification
model = ORTModelForSequenceClassification.from_pretrained("acme/film-reviews-int8-static")
print(model.config.num_labels == 2)
```

| Factors | Description |
| --- | --- |
| Groups | Critics \\| viewers |
| Environment | - |

| | PyTorch INT8 | ONNX INT8 | FP32 |
|---|---|---|---|
| **Accuracy (eval-accuracy)** |0.9037|0.9060|0.9106|
| **Model Size (MB)** |65|80|255|

| Training and Evaluation Data | Description |
| --- | --- |
| Datasets | 215,154 phrases, see [sst2](https://huggingface.co/datasets/sst2) |
| Preprocessing | Calibrated on the train split with batch size 8: 100 samples were asked for, 104 seen. |

| Caveats and Recommendations |
| --- |
| Irony is lost on it. |

# BibTeX

```
@misc{film-reviews-int8-static
  author = {Ann Example, Bo Example},
  title = {Film reviews},
  year = {2022},
}
```
"""

TWO_PARTS = """\
---
license: apache-2.0
tags: [int8, PostTrainingStatic, onnx]
datasets: [squad]
metrics: [f1]
---

# INT8 reader of passages

## Post-training static quantization

### PyTorch

Quantized with [acme/tool](https://example.org/tool).

It was quantized from [acme/reader](https://huggingface.co/acme/reader).

It was calibrated on the train split with batch size 8: 300 samples were asked for, 304 seen.

To keep the relative accuracy loss below 1%, the module **distilbert.transformer.layer.1.ffn.lin2** stays in FP32.

#### Test result

|   |INT8|FP32|
|---|:---:|:---:|
| **Accuracy (eval-f1)** |86.1069|86.8374|
| **Model size (MB)**  |74.7|265|

#### Load it

```python
from optimum.intel import INCModelForQuestionAnswering
model = INCModelForQuestionAnswering.from_pretrained("acme/reader-int8-static")
```

### ONNX

It was calibrated on 100 samples of the eval split.

#### Test result

|   |INT8|FP32|
|---|:---:|:---:|
| **Accuracy (eval-f1)** |0.8626|0.8687|
| **Model size (GB)**  |0.153|0.254|

## Limitations

It reads at most 384 tokens.
"""

SWEEP = """\
---
pipeline_tag: text-classification
datasets: [glue]
metrics: [accuracy, total_time]
tags: [distilbert]
---

**task**: `text-classification`
**Backend:** `a-cloud`
**Backend args:** `{'instance_type': 'ml.m5.2xlarge', 'supported_instructions': 'avx512'}`
**Number of evaluation samples:** `All of them`

Fixed parameters:
* **dataset**: [{'path': 'glue', 'eval_split': 'validation', 'data_keys': {'primary': 'sentence'}, 'ref_keys': ['label'], 'name': 'sst2', 'calibration_split': None}]
* **name_or_path**: `distilbert-base-uncased-finetuned-sst-2-english`
* **quantization_approach**: `dynamic`

Benchmarked parameters:
* **framework**: `onnxruntime`,  `pytorch`
* **per_channel**: `False`,  `True`

# Evaluation
## Scores
| framework | operators_to_quantize | per_channel | framework_args | | accuracy |
| :---: | :---: | :---: | :---: | :-: | :---: |
| `onnxruntime` | `['Add', 'MatMul']` | `False` | `{'opset': 13}` | \\| | 0.898 |
| `onnxruntime` | `['Add', 'MatMul']` | `True` | `{'opset': 13}` | \\| | 0.490 |
| `pytorch` | `None` | `None` | `{}` | \\| | 0.911 |

## Times
Each configuration was measured for 15 seconds per config.

Measured with batch size = 1, input length = 224.

| framework | operators_to_quantize | per_channel | framework_args | | latency_mean (ms) | | throughput (/s) |
| :---: | :---: | :---: | :---: | :-: | :---: | :-: | :---: |
| `onnxruntime` | `['Add', 'MatMul']` | `False` | `{'opset': 13}` | \\| | 64.31 | \\| | 15.60 |
| `onnxruntime` | `['Add', 'MatMul']` | `True` | `{'opset': 13}` | \\| | 64.78 | \\| | 15.47 |
| `pytorch` | `None` | `None` | `{}` | \\| | 84.34 | \\| | 11.87 |
"""

FALLBACKS = """\
somebody's picture
somebody HF staff
change the words
7050066
---
license: mit
tags:
- int8
- PostTrainingDynamic
datasets:
- cnn_dailymail
---
# INT8 writer of summaries
### Post-training dynamic quantization
It was quantized from [facebook/bart-large-cnn](https://huggingface.co/facebook/bart-large-cnn).
Of the linear modules, 3/193 stay in FP32, which keeps the relative accuracy loss below 1%:
**'model.decoder.layers.10.fc1'**, **'lm_head'**, **'model.decoder.layers.11.self_attn.v_proj'**
### Evaluation result
| |INT8|FP32|
|---|:---:|:---:|
| **Accuracy (eval-rougeLsum)** | 41.2224 | 41.5274 |
| **Model size** |625M|1669M|
### Load it:
```python
from optimum.intel import INCModelForSeq2SeqLM
model_id = "acme/writer-int8-dynamic"
int8_model = INCModelForSeq2SeqLM.from_pretrained(model_id)
```
"""

EXPORT = """\
---
language: en
inference: false
tags: [onnx, shown]
license: apache-2.0
datasets: [bookcorpus, wikipedia]
---

# ONNX export of distilbert-base-uncased

A small model of English.

## What it learned

Of the words, 15% were hidden; 11,038 books were read.

### Try it

```python
>>> from transformers import pipeline
>>> guess = pipeline('fill-mask', model='distilbert-base-uncased')
>>> guess("A [MASK] day.")
[{'score': 0.05292855575680733, 'token': 2535}]
```

## Evaluation results

GLUE, on the test set:

| Task | MNLI | QQP | SST-2 | CoLA |
|:----:|:----:|:---:|:-----:|:----:|
|      | 82.2 | 88.5 | 91.3 | 51.3 |

### BibTeX entry

```bibtex
@article{Example2019,
  title={A small model, and a {LaTeX} word},
  author={Ann Example and Bo Example},
  year=2019
}
```

<a href="https://example.org/?model=distilbert-base-uncased">Look inside</a>
"""

CARDS = {
    "two formats": TWO_FORMATS,
    "two parts": TWO_PARTS,
    "sweep": SWEEP,
    "fallbacks": FALLBACKS,
    "export": EXPORT,
}
