"""What only a person knows of a model: the sections of a model card (Mitchell et al., 2019, section 4), and a citation.

Every value is Markdown on one line, printed in a table.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from cardgen.manifest.base import Section


class IntendedUse(Section):
    """What the model is for."""

    primary_uses: str | None = Field(None, description="Primary intended uses.")
    primary_users: str | None = Field(None, description="Primary intended users.")
    out_of_scope: str | None = Field(None, description="Uses that are out of scope.")


class Factors(Section):
    """What the model's performance may depend on."""

    groups: str | None = Field(None, description="Groups of people or things that the data are about.")
    instrumentation: str | None = Field(None, description="How the data were captured.")
    environment: str | None = Field(None, description="Where the model is deployed.")
    card_prompts: str | None = Field(None, description="Other factors that a reader should think of.")


class Metrics(Section):
    """How performance is judged."""

    performance_measures: str | None = Field(None, description="Model performance measures.")
    decision_thresholds: str | None = Field(None, description="Decision thresholds.")
    uncertainty: str | None = Field(None, description="Approaches to uncertainty and variability.")


class Data(Section):
    """Data for training or evaluation."""

    datasets: str | None = Field(None, description="Which, and of what they consist.")
    motivation: str | None = Field(None, description="Why these.")
    preprocessing: str | None = Field(None, description="What was done to them.")


class Training(Section):
    """How the base model was trained."""

    objectives: str | None = Field(None, description="What it was trained to do.")
    procedure: str | None = Field(None, description="How, with the settings.")
    hardware: str | None = Field(None, description="On what, and for how long.")


class QuantitativeAnalyses(Section):
    """Results by factor."""

    unitary: str | None = Field(None, description="Results with respect to each factor.")
    intersectional: str | None = Field(None, description="Results with respect to factors together.")


class EthicalConsiderations(Section):
    """What was thought of beforehand."""

    data: str | None = Field(None, description="Sensitive data.")
    human_life: str | None = Field(None, description="Matters central to human life or flourishing.")
    mitigations: str | None = Field(None, description="What was done against risks.")
    risks_and_harms: str | None = Field(None, description="Risks that may be present in use.")
    use_cases: str | None = Field(None, description="Uses that are fraught.")


class Details(Section):
    """The sections of a model card that no measurement can fill."""

    authors: str | None = Field(None, description="Who made the model: people, company.")
    date: str | None = Field(None, description="When, in quotes where it looks like a number.")
    version: str | None = Field(None, description="The model's version, in quotes.")
    type: str | None = Field(None, description="Kind of model.")
    resources: str | None = Field(None, description="A paper, or where to read more.")
    contact: str | None = Field(None, description="Where to send questions or comments.")
    intended_use: IntendedUse | None = Field(None, description="What the model is for.")
    factors: Factors | None = Field(None, description="What the model's performance may depend on.")
    metrics: Metrics | None = Field(None, description="How performance is judged.")
    evaluation_data: Data | None = Field(None, description="What it is evaluated on.")
    training_data: Data | None = Field(None, description="What it was trained on.")
    training: Training | None = Field(None, description="How the base model was trained.")
    quantitative_analyses: QuantitativeAnalyses | None = Field(None, description="Results by factor.")
    ethical_considerations: EthicalConsiderations | None = Field(None, description="What was thought of beforehand.")
    caveats: str | None = Field(None, description="Caveats and recommendations.")


class Citation(Section):
    """A BibTeX entry."""

    type: Annotated[str, Field(pattern="^[a-zA-Z]+$")] = Field("misc", description="Such as misc or article.")
    key: Annotated[str, Field(pattern=r"^[^\s,{}\"#%~\\]+$")] = Field(description="What others cite it by.")
    fields: Annotated[dict[Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$")], str], Field(min_length=1)] = (
        Field(description="Such as title, author (names joined by ` and `), year, url.")
    )
