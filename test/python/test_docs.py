"""Every block of Python in README.md and docs/, run after the commands of its page, in the folder that
test/docs/workspace.ts makes: test/docs/commands.test.ts runs only the commands."""
import os
import pathlib
import re
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).parents[2]
PAGES = [page for page in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))] if "```python" in page.read_text()]
BLOCK = re.compile(r"(<!-- not run: [^\n]+ -->\n\n)?^```(sh|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MAKE = "import(process.argv[1]).then((module) => console.log(module.makeWorkspace(process.argv[2])))"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_python_on_the_page(page, tmp_path):
    workspace = (ROOT / "dist" / "test" / "docs" / "workspace.js").as_uri()
    path = subprocess.run(["node", "-e", MAKE, workspace, tmp_path], capture_output=True, text=True, check=True).stdout.strip()
    python = tmp_path / "page.py"
    for not_run, language, text in BLOCK.findall(page.read_text()):
        if not_run:
            continue
        if language == "sh":
            command = ["bash", "-euo", "pipefail", "-c", text]
        else:
            with python.open("a") as file:  # a page's blocks are one program
                file.write(text)
            command = [sys.executable, python]
        run = subprocess.run(command, cwd=tmp_path, env=os.environ | {"PATH": path}, capture_output=True, text=True)
        assert run.returncode == 0, f"{text}\n{run.stderr}"
