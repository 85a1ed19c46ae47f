// Twin of state and words in ldl_lib/figures/gradients/descent_1d.py.
(() => {
  const CURVES = {
    parabola: {
      value: (w) => w * w / 2, slope: (w) => w, curvature: () => 1,
    },
    "two valleys": {
      value: (w) => (w * w * w * w / 4 - 2 * w * w + 0.8 * w) / 4,
      slope: (w) => (w * w * w - 4 * w + 0.8) / 4,
      curvature: (w) => (3 * w * w - 4) / 4,
    },
    terrace: {
      value: (w) => (w * w * w * w / 4 - 2 * w * w * w / 3) / 4,
      slope: (w) => w * w * (w - 2) / 4,
      curvature: (w) => (3 * w * w - 4 * w) / 4,
    },
  };

  // Halves are rounded away from zero, as in Python.
  const two = (value) => {
    const whole = Math.floor(Math.abs(value) * 100 + 0.5 + 1e-9);
    return (value < 0 && whole ? "\u2212" : "") + (whole / 100).toFixed(2);
  };

  // The walk ends after the first weight outside the picture.
  const descend = ({ curve, rate, steepness, start, step }, reach) => {
    const { slope } = CURVES[curve];
    const path = [start];
    while (path.length <= step && Math.abs(path.at(-1)) <= reach) {
      path.push(path.at(-1) - rate * (steepness * slope(path.at(-1))));
    }
    return path;
  };

  // What each step does to the distance from the minimum of a parabola.
  const manner = (product) => {
    const factor = two(1 - product);
    const short = Math.round(product * 1e6) / 1e6;
    if (short === 1) return "one step lands on the minimum.";
    if (short === 2) return "every step jumps to the other side, equally far: for ever.";
    if (short < 1) {
      const verb = short < 0.5 ? "creeps" : "runs";
      return `each step leaves ${factor} of the distance. It ${verb} down one side.`;
    }
    const text = `each step multiplies the distance by ${factor}. `;
    return text + (short < 2 ? "It changes sides." : "It flies apart.");
  };

  const sentence = (values, path, constants) => {
    const { curve, rate, steepness } = values;
    const ground = CURVES[curve];
    const [at, taken] = [path.at(-1), path.length - 1];
    const where = `After ${taken} step${taken === 1 ? "" : "s"} w = ${two(at)}`;
    const product = rate * steepness;
    const text = curve === "parabola"
      ? `\u03b7 \u00b7 curvature = ${two(product)}: ${manner(product)} ` : "";
    if (Math.abs(at) > constants.reach) return `${text}${where}: out of the picture.`;
    const slope = steepness * ground.slope(at);
    const told = `${text}${where} and the slope is ${two(slope)}.`;
    if (curve === "parabola" || Math.abs(slope) >= constants.arrived) return told;
    const near = (places) => places.some((place) => Math.abs(at - place) < constants.near);
    if (near(constants.others[curve])) {
      return `${told} Flat, so it stands nearly still, but this is no minimum.`;
    }
    if (!near(constants.minima[curve])) return told;
    const deepest = Math.min(...constants.minima[curve].map(ground.value));
    const kind = ground.value(at) < deepest + 0.05
      ? "the lowest minimum" : "a minimum, but not the lowest";
    const bend = steepness * ground.curvature(at);
    return `${told} This is ${kind}; \u03b7 \u00b7 curvature is ${two(rate * bend)} here.`;
  };

  ldl.register("compute", "descent_1d", (values, constants) => {
    const { rate, steepness } = values;
    const { reach, points } = constants;
    const ground = CURVES[values.curve];
    const value = (w) => steepness * ground.value(w);
    const path = descend(values, reach);
    const at = path.at(-1);
    const inside = Math.abs(at) <= reach;
    const slope = steepness * ground.slope(at);
    const nowhere = [NaN, NaN]; // shows nothing, and keeps the legend entry
    const ends = inside ? [at - 0.7, at + 0.7] : nowhere;
    const move = -rate * slope;
    const arrow = inside && Math.abs(move) > 0.02 ? [at, at + move] : nowhere;
    const clipped = (w) => Math.min(2 * reach, Math.max(-2 * reach, w));
    const grid = Array.from({ length: points }, (_, i) => -reach + 2 * reach * i / (points - 1));
    const heights = path.map(value);
    return {
      "data[0].y": grid.map(value),
      "data[1].x": path,
      "data[1].y": heights,
      "data[2].x": path.slice(0, -1),
      "data[2].y": heights.slice(0, -1),
      "data[3].x": ends,
      "data[3].y": ends.map((w) => value(at) + slope * (w - at)),
      "data[4].x": arrow.map(clipped),
      "data[4].y": arrow.map(() => value(at)),
      "data[5].x": [at],
      "data[5].y": [value(at)],
      "data[6].x": path.map((_, i) => i),
      "data[6].y": path,
      "data[7].x": [path.length - 1],
      "data[7].y": [at],
      "layout.yaxis.range": constants.ranges[values.curve],
      $describe: sentence(values, path, constants),
    };
  });
})();
