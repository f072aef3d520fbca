"""Imports a script, and what stands beside it, so that `import orthanc` gives the module of its emulator.

Several emulators of a process have scripts of their own, each with its own modules: those of a script's folder are not
left in `sys.modules`, nor is `orthanc`.
"""

from __future__ import annotations

import builtins
import importlib
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any

#: Held while a script imports: what `sys.modules` then has is for this script alone.
IMPORTING = threading.RLock()


class ScriptLoader(SourceFileLoader):
    """Gives a module the builtins of its script before it runs, among them its `import`."""

    def __init__(self, name: str, path: str, given: Mapping[str, Any]) -> None:
        super().__init__(name, path)
        self.given = given

    def exec_module(self, module: ModuleType) -> None:
        module.__dict__["__builtins__"] = self.given
        super().exec_module(module)

    def set_data(self, path: str, data: Any, *, _mode: int = 0o666) -> None:
        """Leaves no __pycache__ beside a script."""


class ScriptFinder(MetaPathFinder):
    """Finds the modules of a script's folder before all others, as the plugin does."""

    def __init__(self, folder: str, given: Mapping[str, Any]) -> None:
        self.folder = folder
        self.given = given

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        places = [self.folder] if path is None else [one for one in path if self.holds(one)]
        spec = PathFinder.find_spec(fullname, places) if places else None
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            spec.loader = ScriptLoader(fullname, spec.loader.path, self.given)
        return spec

    def holds(self, path: str) -> bool:
        return path == self.folder or Path(self.folder) in Path(path).parents


class ScriptImports:
    """The modules of one script."""

    def __init__(self, folder: Path, orthanc: ModuleType) -> None:
        self.orthanc = orthanc
        self.modules: dict[str, ModuleType] = {}
        given = {**vars(builtins), "__import__": self.imported}
        self.finder = ScriptFinder(str(folder), given)

    def load(self, name: str) -> ModuleType:
        """Imports a module of the folder by its name; raises whatever it raises."""
        with self.open():
            return importlib.import_module(name)

    def imported(
        self,
        name: str,
        globals: Mapping[str, Any] | None = None,
        locals: Mapping[str, Any] | None = None,
        fromlist: Sequence[str] = (),
        level: int = 0,
    ) -> ModuleType:
        """What the statement `import` calls in the modules of the script."""
        if name == "orthanc" and not level:
            return self.orthanc
        with self.open():
            return builtins.__import__(name, globals, locals, fromlist, level)

    @contextmanager
    def open(self) -> Iterator[None]:
        """A context in which the modules of the script are those of the process."""
        with IMPORTING:
            before = {name: sys.modules.get(name) for name in ("orthanc", *self.modules)}
            known = set(sys.modules)
            sys.modules.update({"orthanc": self.orthanc, **self.modules})
            sys.meta_path.insert(0, self.finder)
            try:
                yield
            finally:
                sys.meta_path.remove(self.finder)
                for name, module in [*sys.modules.items()]:
                    if name not in known and name not in before and self.is_mine(module):
                        self.modules[name] = module
                        before[name] = None
                for name, module_before in before.items():
                    if module_before is None:
                        sys.modules.pop(name, None)
                    else:
                        sys.modules[name] = module_before

    def is_mine(self, module: ModuleType | None) -> bool:
        return isinstance(getattr(getattr(module, "__spec__", None), "loader", None), ScriptLoader)
