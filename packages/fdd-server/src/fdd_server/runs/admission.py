"""What this hub refuses before a run is proposed: the same for a check and for a submission."""

from __future__ import annotations

from fdd.core.errors import SpecError, UnknownPluginError
from fdd.core.ids import BlobId
from fdd.core.spec import RunSpec
from fdd.models import ModelInputError
from fdd.protocol.errors import BlobError, CodecError
from fdd_server.kernel import UnitOfWork
from fdd_server.projects import ProjectService
from fdd_server.projects.errors import UnknownProjectError
from fdd_server.registry import ModelRegistry
from fdd_server.runs.states import SqlRunStates
from fdd_server.sites import SiteService

__all__ = ["Admission"]


class Admission:
    """Whether a valid specification can work here; the sites decide on their own."""

    def __init__(
        self,
        *,
        states: SqlRunStates,
        projects: ProjectService,
        sites: SiteService,
        registry: ModelRegistry,
    ) -> None:
        self._states = states
        self._projects = projects
        self._sites = sites
        self._registry = registry

    def require(self, work: UnitOfWork, spec: RunSpec) -> None:
        """Refuse what cannot work here.

        Raises:
            SpecError: with the ``field``, and the ``problem`` as a code.
        """
        try:
            project = self._projects.project(work, spec.project)
        except UnknownProjectError:
            raise SpecError(
                f"There is no project {spec.project}",
                hint="List all: fdd-server admin project list, or GET /api/v1/projects",
                field="project",
                problem="unknown_project",
            ) from None
        outside = sorted({e.id for e in spec.endpoints} - set(project.endpoints))
        if project.endpoints and outside:
            raise SpecError(
                f"The charter of project {project.project_id} does not name {outside[0]}",
                hint=f"Its endpoints: {', '.join(project.endpoints)}",
                field="endpoints",
                problem="outside_charter",
                endpoint=outside[0],
            )
        if spec.distils:
            raise SpecError(
                "This hub runs no distillation yet",
                hint="Try it with fdd simulate; through a hub, sites average weights: fedavg",
                field="strategy.name",
                problem="no_distillation",
            )
        _require_components(spec)
        if spec.model.start is not None:
            self._require_fitting(work, spec, spec.model.start)
        if spec.model.trunk is not None:
            self._require_trunk(spec, spec.model.trunk)
        members = self._projects.members(work, spec.project)
        sites = [
            site
            for site in self._sites.presence(work)
            if members is None or site.institution_id in members
        ]
        terms = len(sites) * (1 + spec.cohort.late_rounds)
        if terms > spec.arithmetic.most_terms:
            raise SpecError(
                f"{terms} updates do not fit a sum of {spec.arithmetic.bits}-bit values",
                hint="Use fewer bits in arithmetic.bits",
                field="arithmetic.bits",
                problem="too_many_terms",
                terms=terms,
                most=spec.arithmetic.most_terms,
                sites=len(sites),
            )

    def _require_trunk(self, spec: RunSpec, blob: BlobId) -> None:
        """Refuse a trunk that is not here, or none of the run's model."""
        from fdd.chem.featurizers import FEATURIZERS
        from fdd.models import FAMILIES
        from fdd.models.trunk import require_trunk

        try:
            layout = self._registry.layout(blob)
            width = FEATURIZERS.get(spec.data.featurizer)().width
            require_trunk(FAMILIES.get(spec.model.family), spec, width, layout)
        except (BlobError, CodecError) as error:
            raise SpecError(
                "model.trunk is no trunk that this hub holds",
                hint="Upload it first: fdd-server admin trunk add, or POST /api/v1/trunks",
                field="model.trunk",
                problem="unknown_trunk",
            ) from error
        except ModelInputError as error:
            raise SpecError(
                error.detail, hint=error.hint, field="model.trunk", problem="trunk_misfit"
            ) from error

    def _require_fitting(self, work: UnitOfWork, spec: RunSpec, start: BlobId) -> None:
        """Refuse a checkpoint that is none of this hub's, or of a model of another shape."""
        origin = self._registry.origin(work, start)
        if origin is None:
            raise SpecError(
                "model.start is no checkpoint of a run of this hub",
                hint="Let fdd run fork or fdd-server admin run fork write it, or take a "
                "model_digest of GET /api/v1/runs/RUN/rounds",
                field="model.start",
                problem="unknown_checkpoint",
            )
        before = self._states.read(work, origin[0]).spec
        same = before.model.model_copy(update={"start": start, "trunk": None}) == spec.model
        if not same or (before.endpoints, before.data) != (spec.endpoints, spec.data):
            raise SpecError(
                f"The checkpoint of {origin[0]} is a model of another shape",
                hint="Keep endpoints, model and data as they are in that run",
                field="model.start",
                problem="checkpoint_misfit",
                run=origin[0],
            )


def _require_components(spec: RunSpec) -> None:
    """Refuse a family, an option of it, a featuriser or a strategy that this hub has not.

    Raises:
        SpecError: naming the field.
    """
    from fdd.chem.featurizers import FEATURIZERS
    from fdd.models import FAMILIES
    from fdd.models.options import read_options
    from fdd.strategies import STRATEGIES

    for field, registry, name in (
        ("model.family", FAMILIES, spec.model.family),
        ("data.featurizer", FEATURIZERS, spec.data.featurizer),
        ("strategy.name", STRATEGIES, spec.strategy.name),
    ):
        try:
            registry.get(name)
        except UnknownPluginError as error:
            raise SpecError(
                error.detail, hint=error.hint, field=field, problem="unknown_component"
            ) from error
    read_options(spec, FAMILIES.get(spec.model.family).card)
