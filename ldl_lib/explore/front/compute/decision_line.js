// Twin of decision_line_state and decision_line_words in
// ldl_lib/figures/perceptron/decision_line.py.
(() => {
  const FRAME = 1.9; // half the width of the drawn plane
  const TOLERANCE = 1e-8; // lengths and areas below this are rounding errors
  const INPUTS = [[-1, -1], [-1, 1], [1, -1], [1, 1]];
  const FRAME_CORNERS = [[-FRAME, -FRAME], [FRAME, -FRAME], [FRAME, FRAME], [-FRAME, FRAME]];
  const GATES = {
    AND: [-1, -1, -1, 1], OR: [-1, 1, 1, 1], NAND: [1, 1, 1, -1], XOR: [-1, 1, 1, -1],
  };

  const bit = (positive) => positive ? "+1" : "\u22121";
  const number = (value) => (value === 0 ? "0.0" : value.toFixed(1)).replace("-", "\u2212");
  const area = (corners) => Math.abs(corners.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = corners[(i + 1) % corners.length];
    return sum + x * nextY - y * nextX;
  }, 0)) / 2;
  const closed = (part) => part.length ? [...part, part[0]] : part;

  // Whole tenths, so that 0 is exactly 0.
  const weightedSums = ({ w0, w1, w2 }) => {
    const [t0, t1, t2] = [w0, w1, w2].map((w) => Math.round(10 * w));
    return INPUTS.map(([x1, x2]) => (t0 + t1 * x1 + t2 * x2) / 10);
  };

  // The part of the frame where side * z >= 0, closed; empty if it has no area.
  const part = ({ w0, w1, w2 }, side) => {
    if (w1 === 0 && w2 === 0) return (w0 >= 0) === (side > 0) ? closed(FRAME_CORNERS) : [];
    const z = FRAME_CORNERS.map(([x, y]) => side * (w0 + w1 * x + w2 * y));
    const kept = [];
    FRAME_CORNERS.forEach((corner, i) => {
      const last = (i + 3) % 4;
      const [before, zBefore] = [FRAME_CORNERS[last], z[last]];
      if (zBefore * z[i] < 0) {
        const t = zBefore / (zBefore - z[i]);
        kept.push(before.map((value, axis) => value + (corner[axis] - value) * t));
      }
      if (z[i] >= 0) kept.push(corner);
    });
    return area(kept) > TOLERANCE ? closed(kept) : [];
  };

  // Both ends of the line within the frame.
  const lineEnds = ({ w0, w1, w2 }) => {
    const squared = w1 * w1 + w2 * w2;
    if (squared === 0) return [];
    const foot = [-w0 * w1 / squared, -w0 * w2 / squared];
    const direction = [-w2 / Math.sqrt(squared), w1 / Math.sqrt(squared)];
    let [start, end] = [-Infinity, Infinity];
    for (const axis of [0, 1]) {
      if (direction[axis] === 0) {
        if (Math.abs(foot[axis]) > FRAME) return [];
        continue;
      }
      const [a, b] = [-FRAME, FRAME].map((edge) => (edge - foot[axis]) / direction[axis]);
      start = Math.max(start, Math.min(a, b));
      end = Math.min(end, Math.max(a, b));
    }
    if (end - start <= TOLERANCE) return [];
    return [start, end].map((t) => foot.map((value, axis) => value + t * direction[axis]));
  };

  // An arrow along (w1, w2) from the line, and the mark of the right angle there.
  const weightVector = ({ w1, w2, arrow }, line) => {
    if (!arrow || !line.length) return [[], []];
    const length = Math.hypot(w1, w2);
    const [nx, ny] = [w1 / length, w2 / length];
    const [fx, fy] = [0, 1].map((axis) => (line[0][axis] + line[1][axis]) / 2);
    const side = [fx - 0.15 * ny, fy + 0.15 * nx];
    const deep = [0.15 * nx, 0.15 * ny];
    return [
      [[fx, fy], [fx + 0.65 * nx, fy + 0.65 * ny]],
      [side, [side[0] + deep[0], side[1] + deep[1]], [fx + deep[0], fy + deep[1]]],
    ];
  };

  // Where to write the output of one side: its corner farthest from the line.
  const farthestCorner = ({ w0, w1, w2 }, side) => {
    const x = side * w1 >= 0 ? 1.7 : -1.7;
    const y = side * w2 >= 0 ? 1.7 : -1.7;
    return (w0 + w1 * x + w2 * y >= 0) === (side > 0) ? [[x, y]] : [];
  };

  const sentence = ({ w1, w2, gate, arrow }, line, sums, good) => {
    const wrong = INPUTS.flatMap(([x1, x2], i) => good[i] ? []
      : [`(${bit(x1 > 0)}, ${bit(x2 > 0)}) gives ${bit(sums[i] >= 0)}`]);
    const verdict = wrong.length
      ? `${4 - wrong.length} of 4 outputs are right for ${gate}. Wrong: ${wrong.join(", ")}.`
      : `All 4 outputs are right: this perceptron is ${gate}.`;
    if (w1 === 0 && w2 === 0) return `${verdict} There is no line: only the bias is left.`;
    if (!line.length) return `${verdict} The line lies outside the picture.`;
    return arrow ? `${verdict} The weight vector stands at a right angle to the line.` : verdict;
  };

  ldl.register("compute", "decision_line", (values) => {
    const sums = weightedSums(values);
    const target = GATES[values.gate];
    const good = sums.map((z, i) => (z >= 0) === (target[i] > 0));
    const line = lineEnds(values);
    const [tip, angle] = weightVector(values, line);
    const traces = [
      part(values, 1), part(values, -1), line, angle, tip,
      INPUTS.filter((_, i) => target[i] > 0), INPUTS.filter((_, i) => target[i] < 0),
      INPUTS.filter((_, i) => !good[i]), null,
      farthestCorner(values, 1), farthestCorner(values, -1),
    ];
    const state = {
      "data[8].text": sums.map((z, i) =>
        `z = ${number(z)}<br>${bit(z >= 0)} ${good[i] ? "\u2713" : "\u2717"}`),
      $describe: sentence(values, line, sums, good),
    };
    traces.forEach((points, i) => {
      if (!points) return;
      state[`data[${i}].x`] = points.map(([x]) => x);
      state[`data[${i}].y`] = points.map(([, y]) => y);
    });
    return state;
  });
})();
