// Pure functions: control values and tables of states. No DOM.

// The parts that pages register: twins of Python's state functions, hand-written
// widgets, and the widgets' computing cores.
const parts = (globalThis.ldlParts ??= { compute: {}, widget: {}, core: {} });

ldl.register = (kind, name, part) => { parts[kind][name] = part; };
ldl.registered = (kind, name) => parts[kind][name];

const controlSize = (control) => ({
  slider: control.size, player: control.size, toggle: 2,
  choice: control.options?.length,
})[control.kind];

// The control's value number `index`, equal to Python's `grid()[index]`.
const controlValue = (control, index) => {
  switch (control.kind) {
    case "slider": return Number((control.min + index * control.step).toFixed(control.decimals));
    case "choice": return control.options[index].value;
    case "toggle": return index === 1;
    default: return index;
  }
};

// The number of `value` among the control's values, or -1 if it is none of them.
const controlIndex = (control, value) => {
  const index = control.kind === "slider" ? Math.round((value - control.min) / control.step)
    : control.kind === "choice" ? control.options.findIndex((option) => option.value === value)
    : Number(value);
  return index >= 0 && index < controlSize(control)
    && controlValue(control, index) === value ? index : -1;
};

// The control's value that is nearest to a number.
const nearestValue = (control, number) => {
  const values = Array.from({ length: controlSize(control) }, (_, i) => controlValue(control, i));
  return values.reduce((best, value) =>
    Math.abs(value - number) < Math.abs(best - number) ? value : best);
};

// What a reader reads after the control's name.
const controlText = (control, value) => {
  switch (control.kind) {
    case "slider": {
      const digits = value.toFixed(control.decimals).replace("-", "\u2212");
      return control.unit ? `${digits} ${control.unit}` : digits;
    }
    case "choice": return control.options.find((option) => option.value === value).label;
    case "toggle": return value ? "on" : "off";
    default: return `${value} of ${control.size - 1}`; // step 0 is how things start
  }
};

// `values` read from the text of a URL: "weight=2&activation=tanh". Unknown names and
// values that a control cannot take are left out.
const readValues = (controls, text) => {
  const given = new URLSearchParams(text);
  const values = {};
  for (const control of controls) {
    if (!given.has(control.name)) continue;
    const written = given.get(control.name);
    for (let index = 0; index < controlSize(control); index += 1) {
      const value = controlValue(control, index);
      if (String(value) === written) values[control.name] = value;
    }
  }
  return values;
};

const writeValues = (controls, values) => new URLSearchParams(
  controls.map((control) => [control.name, String(values[control.name])])).toString();

// The bytes of a text: base 64 of what zlib deflated.
const unpack = async (text) => {
  const packed = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
};

ldl.unpack = unpack;

const GAP = 65535;

// Codes `start` to `start + length` of the table, summed up again modulo 65,536.
const readCodes = (bytes, [start, length]) => {
  const half = bytes.length / 2;
  const codes = new Uint16Array(length);
  let sum = 0;
  for (let i = 0; i < length; i += 1) {
    sum = (sum + bytes[start + i] + 256 * bytes[half + start + i]) & 0xffff;
    codes[i] = sum;
  }
  return codes;
};

const readNumber = (column, code) => {
  if (code === GAP) return NaN;
  const number = column.low + code * column.step;
  return column.log ? 10 ** number : number;
};

const rowsOf = (numbers, [rows, columns]) => columns === undefined ? numbers
  : Array.from({ length: rows }, (_, r) => numbers.slice(r * columns, (r + 1) * columns));

// A column's distinct entries: arrays (2-D ones as lists of rows), or JSON.
const readEntries = (column, bytes) => {
  if (column.values) return column.values;
  const codes = readCodes(bytes, column.codes);
  const count = column.index.codes.reduce((most, key) => Math.max(most, key), 0) + 1;
  let start = 0;
  return Array.from({ length: count }, (_, number) => {
    const shape = column.shapes.length === 1 ? column.shapes[0] : column.shapes[number];
    const size = shape.reduce((product, side) => product * side, 1);
    const entry = Array.from(codes.subarray(start, start + size), (code) => readNumber(column, code));
    start += size;
    return rowsOf(entry, shape);
  });
};

// Unpacks a table made by ldl_lib.explore.table; returns a function from the index of
// each control to {attribute path: value}.
ldl.readTable = async (text) => {
  const blob = await unpack(text);
  const headerSize = new DataView(blob.buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(blob.subarray(4, 4 + headerSize)));
  const bytes = blob.subarray(4 + headerSize);
  for (const column of header.columns) {
    column.index = { codes: readCodes(bytes, column.index) };
    column.entries = readEntries(column, bytes);
  }
  return (indices) => Object.fromEntries(header.columns.map((column) => {
    let position = 0;
    for (const axis of column.axes) position = position * header.grid[axis] + indices[axis];
    return [column.path, column.entries[column.index.codes[position]]];
  }));
};

// "data[0].marker.color" -> ["data", 0, "marker", "color"]
const splitPath = (path) => path.match(/[^.[\]]+/g)
  .map((key) => /^\d+$/.test(key) ? Number(key) : key);

const getPath = (object, path) => splitPath(path).reduce((inner, key) => inner?.[key], object);

const setPath = (object, path, value) => {
  const keys = splitPath(path);
  const last = keys.pop();
  let inner = object;
  keys.forEach((key, i) => {
    inner[key] ??= typeof (keys[i + 1] ?? last) === "number" ? [] : {};
    inner = inner[key];
  });
  inner[last] = value;
};

ldl.pure = { controlSize, controlValue, controlIndex, controlText, nearestValue, readValues, writeValues,
  getPath, setPath };
