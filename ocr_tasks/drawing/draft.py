"""A meaning while it is being read: fields with the characters they came from, findings, and what was not read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ocr_tasks.drawing.fold import Folded
from ocr_tasks.drawing.records import Finding, Meaning, Severity, Span


@dataclass(slots=True)
class Draft:
    """Collects the fields of a `Meaning` from one folded string."""

    folded: Folded
    fields: dict[str, Any] = field(default_factory=dict)
    spans: dict[str, Span] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    deviation_places: int = 0
    sheet_unit: str | None = None

    def put(self, name: str, value: Any, start: int, end: int) -> None:
        """Set field NAME, read from `folded.text[start:end]`."""
        self.fields[name] = value
        self.spans[name] = self.folded.span(start, end)

    def find(self, code: str, severity: Severity, message: str) -> None:
        self.findings.append(Finding(code=code, severity=severity, message=message))

    def leave(self, start: int, end: int) -> None:
        """Note that `folded.text[start:end]` was not understood."""
        if part := self.folded.text[start:end].strip():
            self.unread.append(part)

    def meaning(self) -> Meaning:
        """Return the frozen record; says in a finding what was not understood."""
        if self.unread:
            self.find("not_understood", "info", "Not understood: " + " ".join(self.unread)[:200])
        return Meaning(**self.fields, spans=self.spans, findings=tuple(self.findings), unread=tuple(self.unread))
