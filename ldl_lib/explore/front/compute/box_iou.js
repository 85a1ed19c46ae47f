// Twin of state and words in ldl_lib/figures/detection/iou.py.
(() => {
  const outline = (box) => {
    if (!box) return [[NaN], [NaN]];
    const [x0, y0, x1, y1] = box;
    return [[x0, x1, x1, x0, x0, NaN], [y0, y0, y1, y1, y0, NaN]];
  };

  const shared = (a, b) => {
    const box = [0, 1, 2, 3].map((i) => i < 2 ? Math.max(a[i], b[i]) : Math.min(a[i], b[i]));
    return box[0] < box[2] && box[1] < box[3] ? box : null;
  };

  const area = ([x0, y0, x1, y1]) => (x1 - x0) * (y1 - y0);

  // In whole numbers, so that halves are rounded up on both sides.
  const hundredths = (part, whole) => Math.floor((200 * part + whole) / (2 * whole));

  const sentence = (truth, box, common, threshold) => {
    const areas = [area(truth), area(box)];
    if (!common) {
      return `The boxes share nothing: IoU = 0 / ${areas[0] + areas[1]} = 0, however far ` +
        "apart they are.";
    }
    const both = area(common);
    const either = areas[0] + areas[1] - both;
    const sides = `${common[2] - common[0]} \u00d7 ${common[3] - common[1]}`;
    const score = (hundredths(both, either) / 100).toFixed(2);
    const covered = hundredths(both, areas[0]);
    const verdict = both >= threshold * either ? "a hit" : "a miss";
    return `Intersection ${sides} = ${both} pixels, union ${areas[0]} + ${areas[1]} \u2212 ` +
      `${both} = ${either}: IoU = ${both} / ${either} \u2248 ${score}. The prediction ` +
      `covers ${covered}% of the object. With the usual threshold ${threshold} it is ` +
      `${verdict}.`;
  };

  ldl.register("compute", "box_iou", ({ x, y, width, height }, { truth, threshold }) => {
    const box = [x, y, x + width, y + height];
    const common = shared(truth, box);
    const [across, down] = outline(box);
    const [commonX, commonY] = outline(common);
    return {
      "data[1].x": across,
      "data[1].y": down,
      "data[2].x": commonX,
      "data[2].y": commonY,
      $describe: sentence(truth, box, common, threshold),
    };
  });
})();
