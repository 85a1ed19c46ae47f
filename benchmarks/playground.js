// A network of objects, one for each neuron and each connection, as well-known
// playgrounds keep it: what the companion's own core is compared with. It learns by
// squared error with tanh everywhere, one example after the other, with an update after
// each batch.
(() => {
  class Link {
    constructor(source, target, weight) {
      Object.assign(this, { source, target, weight, slope: 0, slopes: 0, seen: 0 });
    }
  }

  class Neuron {
    constructor() {
      Object.assign(this, {
        bias: 0, incoming: [], outgoing: [], sum: 0, output: 0,
        byOutput: 0, bySum: 0, sums: 0, seen: 0,
      });
    }

    fire() {
      this.sum = this.bias;
      for (let i = 0; i < this.incoming.length; i += 1) {
        const link = this.incoming[i];
        this.sum += link.weight * link.source.output;
      }
      this.output = TANH.value(this.sum);
      return this.output;
    }
  }

  const TANH = {
    value: (z) => Math.tanh(z),
    slope: (z) => {
      const output = TANH.value(z);
      return 1 - output * output;
    },
  };
  const HALF_SQUARE = {
    value: (output, target) => 0.5 * (output - target) ** 2,
    slope: (output, target) => output - target,
  };

  // `weights` as ldl_lib.nn lays them out: for each layer W, row by row, and then b.
  const build = (sizes, weights) => {
    const layers = sizes.map((units) => Array.from({ length: units }, () => new Neuron()));
    let at = 0;
    for (let l = 1; l < layers.length; l += 1) {
      for (const neuron of layers[l]) {
        for (const source of layers[l - 1]) {
          const link = new Link(source, neuron, weights[at]);
          source.outgoing.push(link);
          neuron.incoming.push(link);
          at += 1;
        }
      }
      for (const neuron of layers[l]) {
        neuron.bias = weights[at];
        at += 1;
      }
    }
    return layers;
  };

  const forward = (layers, x1, x2) => {
    layers[0][0].output = x1;
    layers[0][1].output = x2;
    for (let l = 1; l < layers.length; l += 1) {
      for (let u = 0; u < layers[l].length; u += 1) layers[l][u].fire();
    }
    return layers[layers.length - 1][0].output;
  };

  const backward = (layers, target) => {
    const last = layers[layers.length - 1][0];
    last.byOutput = HALF_SQUARE.slope(last.output, target);
    for (let l = layers.length - 1; l > 0; l -= 1) {
      for (let u = 0; u < layers[l].length; u += 1) {
        const neuron = layers[l][u];
        neuron.bySum = neuron.byOutput * TANH.slope(neuron.sum);
        neuron.sums += neuron.bySum;
        neuron.seen += 1;
        for (let i = 0; i < neuron.incoming.length; i += 1) {
          const link = neuron.incoming[i];
          link.slope = neuron.bySum * link.source.output;
          link.slopes += link.slope;
          link.seen += 1;
        }
      }
      if (l === 1) continue;
      for (let u = 0; u < layers[l - 1].length; u += 1) {
        const neuron = layers[l - 1][u];
        neuron.byOutput = 0;
        for (let i = 0; i < neuron.outgoing.length; i += 1) {
          const link = neuron.outgoing[i];
          neuron.byOutput += link.weight * link.target.bySum;
        }
      }
    }
  };

  const update = (layers, rate) => {
    for (let l = 1; l < layers.length; l += 1) {
      for (let u = 0; u < layers[l].length; u += 1) {
        const neuron = layers[l][u];
        neuron.bias -= rate * neuron.sums / neuron.seen;
        neuron.sums = 0;
        neuron.seen = 0;
        for (let i = 0; i < neuron.incoming.length; i += 1) {
          const link = neuron.incoming[i];
          link.weight -= rate * link.slopes / link.seen;
          link.slopes = 0;
          link.seen = 0;
        }
      }
    }
  };

  // `points`: [{x1, x2, target}], in the order in which to learn.
  const epoch = (layers, points, rate, batch) => {
    points.forEach(({ x1, x2, target }, i) => {
      forward(layers, x1, x2);
      backward(layers, target);
      if ((i + 1) % batch === 0) update(layers, rate);
    });
  };

  // The output at the middle of every cell, in rows from the top.
  const picture = (layers, side, edge) => {
    const rows = [];
    for (let r = 0; r < side; r += 1) {
      const row = [];
      for (let c = 0; c < side; c += 1) {
        const x1 = edge * (2 * (c + 0.5) / side - 1);
        row.push(forward(layers, x1, edge * (1 - 2 * (r + 0.5) / side)));
      }
      rows.push(row);
    }
    return rows;
  };

  const weights = (layers) => layers.slice(1).flatMap((layer) => [
    ...layer.flatMap((neuron) => neuron.incoming.map((link) => link.weight)),
    ...layer.map((neuron) => neuron.bias)]);

  ldl.register("core", "objects", { build, epoch, picture, weights });
})();
