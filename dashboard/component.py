"""A piece of the page in plain HTML and JavaScript, whose properties reach the browser without detours."""

from __future__ import annotations

from typing import Any

from panel.custom import JSComponent


class Component(JSComponent):
    """A `JSComponent` for updates many times a second.

    Panel looks for each changed property on two models and freezes the document meanwhile, which takes longer than
    everything else in an update. These components have no children, so the property can be set right away.
    """

    def _update_model(self, events: dict, msg: dict[str, Any], root: Any, model: Any, doc: Any, comm: Any) -> None:
        names = set(model.data.properties())
        ours = {name: value for name, value in msg.items() if name in names}
        rest = {name: value for name, value in msg.items() if name not in names}
        ref = root.ref["id"]
        before = self._changing.get(ref)
        self._changing[ref] = list(ours)  # so that the change is not taken for one of the browser's
        try:
            model.data.update(**ours)
        finally:
            if before is None:
                del self._changing[ref]
            else:
                self._changing[ref] = before
        if rest:
            super()._update_model(events, rest, root, model, doc, comm)
