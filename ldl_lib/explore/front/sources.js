// Where a panel's states come from on a page without a kernel.

// Each source is a function from control values to {state, sentence}.
const SENTENCE = "$describe";

const split = ({ [SENTENCE]: sentence, ...state }) => ({ state, sentence });

const tableSource = async (panel, controls) => {
  const read = await ldl.readTable(panel.source.table);
  const own = panel.controls.map((name) => controls.find((control) => control.name === name));
  return (values) => split(read(own.map((control) => controlIndex(control, values[control.name]))));
};

const computeSource = async (panel, loadPart) => {
  await loadPart("compute", panel.source.name);
  const compute = ldl.registered("compute", panel.source.name);
  return (values) => {
    const own = Object.fromEntries(panel.controls.map((name) => [name, values[name]]));
    return split(compute(own, panel.source.constants));
  };
};

// What a panel shows, without a kernel; null for one that never changes.
const pageSource = (panel, controls, loadPart) => ({
  table: () => tableSource(panel, controls),
  compute: () => computeSource(panel, loadPart),
})[panel.source?.kind]?.() ?? null;
