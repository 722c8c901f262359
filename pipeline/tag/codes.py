"""Finds one's way in a codebook: which codes there are, what they are called, where they hang.

Domains are codes, too: a tag may stop at the domain. `DOES_NOT_FIT` is always there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.errors import UnknownNameError
from pipeline.tag.codebook import DOES_NOT_FIT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.tag.codebook import Codebook

__all__ = ["CodeTree", "read_codes"]

_MISFIT_LABEL = "Does not fit"


@dataclass(frozen=True, slots=True)
class CodeTree:
    """The codes of a codebook in their order, each with its label and what it hangs below.

    Parameters
    ----------
    labels
        By id: domains, each followed by its codes, then unplaced codes and the misfit.
    parents
        By id; the domains, the misfit and what hangs below neither have none.
    """

    labels: Mapping[str, str]
    parents: Mapping[str, str | None]

    def require(self, code: str) -> None:
        """Refuse a code that is not there.

        Raises
        ------
        UnknownNameError
            With the nearest code that is.
        """
        if code not in self.labels:
            raise UnknownNameError("code", code, self.labels)

    def domain_of(self, code: str) -> str:
        """Return the domain at the top of a code; what has none belongs to the misfit.

        Raises
        ------
        UnknownNameError
            There is no such code.
        """
        self.require(code)
        while (parent := self.parents[code]) is not None:
            code = parent
        return code

    @property
    def domains(self) -> dict[str, str]:
        """The domain of every code."""
        return {code: self.domain_of(code) for code in self.labels}


def read_codes(codebook: Codebook) -> CodeTree:
    """Return the codes of a codebook.

    Examples
    --------
    >>> from pipeline.tag.codebooks import CODEBOOKS
    >>> tree = read_codes(CODEBOOKS["berardi-2024"])
    >>> tree.labels["SR"], tree.domain_of("SR"), list(tree.labels)[-1]
    ('Support and resources', 'SR', 'does-not-fit')
    """
    labels: dict[str, str] = {}
    parents: dict[str, str | None] = {}
    for domain in codebook.domains:
        labels[domain.id], parents[domain.id] = domain.label, None
        for code in domain.codes:
            labels[code.id], parents[code.id] = code.label, code.parent or domain.id
    for code in codebook.unplaced:
        labels[code.id], parents[code.id] = code.label, code.parent or DOES_NOT_FIT
    labels[DOES_NOT_FIT], parents[DOES_NOT_FIT] = _MISFIT_LABEL, None
    return CodeTree(labels, parents)
