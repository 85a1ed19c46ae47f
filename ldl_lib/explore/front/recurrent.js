// A small recurrent network that writes text, and ways to choose what it writes: one LSTM
// layer with softmax; beam search; temperature, top-k and nucleus. Pure functions, no DOM.
// Python: ldl_lib/character_model.py, ldl_lib/beam_search.py, ldl_lib/figures/text.
(() => {
  // ---------------------------------------------------------------- the network

  const logistic = (z) => 0.5 * (1 + Math.tanh(0.5 * z)); // cannot overflow

  // The network from its packed weights: whole numbers times a factor for each row, all
  // rows of W, U and W_out; then the factors and both biases, float32.
  const readModel = async ({ characters, units, numbers, factors }) => {
    const kinds = characters.length;
    const whole = new Int8Array((await ldl.unpack(numbers)).buffer);
    const floats = new Float32Array((await ldl.unpack(factors)).buffer);
    let [start, row] = [0, 0];
    const matrix = (rows, columns) => {
      const values = Float64Array.from({ length: rows * columns }, (_, i) =>
        Math.fround(whole[start + i] * floats[row + Math.floor(i / columns)]));
      start += rows * columns;
      row += rows;
      return values;
    };
    const [W, U, Wout] = [matrix(4 * units, kinds), matrix(4 * units, units), matrix(kinds, units)];
    const biases = Float64Array.from(floats.subarray(row));
    const [b, bout] = [biases.slice(0, 4 * units), biases.slice(4 * units)];
    return { characters, kinds, units, W, U, b, Wout, bout };
  };

  const zeros = ({ units }) => ({ h: new Float64Array(units), c: new Float64Array(units) });

  // Row `row` of a matrix with as many columns as the vector is long, times the vector.
  const dot = (matrix, row, vector) => {
    let sum = 0;
    for (let i = 0, at = row * vector.length; i < vector.length; i += 1, at += 1) {
      sum += matrix[at] * vector[i];
    }
    return sum;
  };

  // The state after one more character. A one-hot input only picks a column of W.
  const step = (model, token, { h, c }) => {
    const { units, kinds, W, U, b } = model;
    const z = b.map((bias, row) => bias + W[row * kinds + token] + dot(U, row, h));
    const next = zeros(model);
    for (let unit = 0; unit < units; unit += 1) {
      const [i, f] = [logistic(z[unit]), logistic(z[units + unit])];
      const [g, o] = [Math.tanh(z[2 * units + unit]), logistic(z[3 * units + unit])];
      next.c[unit] = f * c[unit] + i * g;
      next.h[unit] = o * Math.tanh(next.c[unit]);
    }
    return next;
  };

  const logSoftmax = (z) => {
    const most = z.reduce((a, b) => Math.max(a, b), -Infinity);
    const total = z.reduce((sum, each) => sum + Math.exp(each - most), 0);
    return z.map((each) => each - most - Math.log(total));
  };

  const logProbabilities = ({ Wout, bout }, { h }) =>
    logSoftmax(bout.map((bias, kind) => bias + dot(Wout, kind, h)));

  // A text in the network's characters, as Python's `clean`: small letters without accents,
  // plain quotation marks and hyphens; everything else is a space, and spaces in a row one.
  const clean = ({ characters }, text) => Array.from(text.toLowerCase()
    .replace(/[\u201c\u201d]/g, '"').replace(/[\u2018\u2019]/g, "'").replace(/[\u2013\u2014]/g, "-")
    .normalize("NFKD").replace(/\p{Mn}/gu, ""), (letter) => characters.includes(letter) ? letter : " ")
    .join("").replace(/ +/g, " ");

  const encode = (model, text) => Array.from(text, (letter) => model.characters.indexOf(letter));
  const decode = (model, tokens) => tokens.map((token) => model.characters[token]).join("");

  const REMEMBERED = 5000; // steps, about 10 MB

  // What search and sampling need of a network. It remembers its steps: who moves a control
  // mostly asks for the same beginnings again.
  const reader = (model) => {
    const begun = new Map();
    const after = new WeakMap();
    let steps = 0;

    // Reads a prompt; returns its last token and the state before it, as Python's `start`.
    const begin = (prompt) => {
      if (steps > REMEMBERED) { begun.clear(); steps = 0; }
      if (!begun.has(prompt)) {
        const tokens = encode(model, prompt);
        const read = (state, token) => step(model, token, state);
        begun.set(prompt, {
          token: tokens.at(-1), state: tokens.slice(0, -1).reduce(read, zeros(model)),
        });
      }
      return begun.get(prompt);
    };

    // One step, as beam search wants it.
    const next = (token, state) => {
      if (!after.has(state)) after.set(state, new Map());
      const known = after.get(state);
      if (!known.has(token)) {
        steps += 1;
        const reached = step(model, token, state);
        known.set(token, { logarithms: logProbabilities(model, reached), state: reached });
      }
      return known.get(token);
    };
    return { begin, next };
  };

  // ---------------------------------------------------------------- beam search

  // Most likely continuations of one start; ldl_lib.beam_search for one start. Returns
  // what was found, the best first, and for each step everything that was looked at.
  const beamSearch = (next, start, { width, steps, end = -1, lengthPower = 0 }) => {
    const ended = [];
    const seen = [];
    const score = ({ total, tokens }) => total / tokens.length ** lengthPower;
    let beams = [{ tokens: [], total: 0, last: start.token, state: start.state, parent: null }];
    for (let number = 1; number <= steps && beams.length; number += 1) {
      const ranked = beams.flatMap((beam) => {
        const { logarithms, state } = next(beam.last, beam.state);
        return Array.from(logarithms, (own, token) => ({
          step: number, token, own, total: beam.total + own, tokens: [...beam.tokens, token],
          last: token, state, parent: beam,
        }));
      }).filter(({ total }) => total > -Infinity).sort((a, b) => b.total - a.total);
      const room = width - ended.length;
      ranked.forEach((each, rank) => {
        each.rank = rank;
        each.fate = rank >= room ? "pruned" : each.token === end ? "finished" : "kept";
      });
      seen.push(ranked);
      ended.push(...ranked.filter(({ fate }) => fate === "finished"));
      beams = ranked.filter(({ fate }) => fate === "kept");
    }
    const found = [...ended, ...beams.filter(({ parent }) => parent)];
    found.forEach((each) => { each.score = score(each); });
    return { found: found.sort((a, b) => b.score - a.score), seen };
  };

  // ---------------------------------------------------------------- sampling

  // Probabilities after temperature, then top-k, then nucleus; and the tokens, the
  // likeliest first, an order that none of the three changes.
  const reshape = (logarithms, { temperature, topK, nucleus }) => {
    const order = Array.from(logarithms.keys()).sort((a, b) => logarithms[b] - logarithms[a]);
    const warm = logSoftmax(logarithms.map((each) => each / temperature)).map(Math.exp);
    const first = order.slice(0, topK);
    const mass = (tokens) => tokens.reduce((sum, token) => sum + warm[token], 0);
    const within = nucleus * mass(first);
    let before = 0;
    const kept = first.filter((token, rank) => {
      const stays = rank === 0 || nucleus >= 1 || before < within;
      before += warm[token];
      return stays;
    });
    const total = mass(kept);
    const probabilities = new Float64Array(logarithms.length);
    kept.forEach((token) => { probabilities[token] = warm[token] / total; });
    return { probabilities, order, kept: kept.length };
  };

  // Number `count` of a seed's random numbers in [0, 1) (the generator "mulberry32").
  const chance = (seed, count) => {
    const bits = Math.imul(1000 * seed + count, 0x6d2b79f5);
    let mixed = Math.imul(bits ^ (bits >>> 15), 1 | bits);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };

  // The token in whose share of [0, 1) a random number falls, the likeliest first.
  const pick = ({ probabilities, order, kept }, random) => {
    let sum = 0;
    const at = order.slice(0, kept).findIndex((token) => {
      sum += probabilities[token];
      return random < sum;
    });
    return order[at < 0 ? kept - 1 : at]; // rounding may leave the sum just below 1
  };

  ldl.register("core", "recurrent", {
    readModel, clean, encode, decode, reader, beamSearch, reshape, chance, pick,
  });
})();
