"""The progress bar leaves one clean line, in a notebook and elsewhere."""

import nbformat
from nbclient import NotebookClient

from ldl_lib.progress import progress

CODE = """
from ldl_lib.progress import progress
with progress(3, "Training") as bar:
    for epoch in range(3):
        bar.set_postfix_str(f"error {epoch} %")
        bar.update()
"""


def test_a_notebook_keeps_one_line_and_no_stream(monkeypatch):
    monkeypatch.setenv("TQDM_DISABLE", "1")  # as while the book is published
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CODE)])
    NotebookClient(notebook, timeout=60).execute()
    (output,) = notebook.cells[0].outputs
    assert output.output_type == "display_data"
    line = output.data["text/plain"]
    assert line.startswith("Training: ")
    assert "█ 3/3 epochs" in line
    assert line.endswith("error 2 %")
    assert "\n" not in line
    assert "\r" not in line


def test_elsewhere_it_writes_to_the_error_stream(capsys):
    with progress(2, "Training", unit="steps") as bar:
        bar.update(2)
    written = capsys.readouterr()
    assert written.out == ""
    assert "2/2 steps" in written.err
