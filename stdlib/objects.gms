// Objects in images: masks [object, row, column], boxes [object] as (top, left, bottom, right) in pixels, ends not included.
// A warp moves them with their image and cuts no box; at the end `visible_boxes` cuts them, and objects are dropped by the rules
// that are stated here. What is dropped keeps its place: an empty box, an empty mask, the label -1.

/// Declares tensors to be boxes (top, left, bottom, right), keypoints (y, x), labels of pixels, or masks.
op as_boxes(b: real[n, 4]) -> boxes[n] = b
op as_keypoints(p: real[n, 2]) -> keypoints[n] = p
op as_mask(m: int[h, w]) -> mask[h, w] = m
op as_masks(m: bool[o, h, w]) -> masks[o, h, w] = m

/// The smallest box around every mask; (0, 0, 0, 0) where a mask is empty. Reference: torchvision masks_to_boxes, whose
/// lower right corner is the last pixel (ours minus 1); exact.
op boxes_of(m: masks[o, h, w]) -> boxes[o] {
  top[n]    = min(i, j) of (if m[n, i, j] then i else h)
  left[n]   = min(i, j) of (if m[n, i, j] then j else w)
  bottom[n] = max(i, j) of (if m[n, i, j] then i + 1 else 0)
  right[n]  = max(i, j) of (if m[n, i, j] then j + 1 else 0)
  edge[n in 0..o, e in 0..4] = if e == 0 then top[n] else if e == 1 then left[n] else if e == 2 then bottom[n] else right[n]
  out[n, e] = if bottom[n] == 0 then 0.0 else real(edge[n, e])
}
test boxes_of([[[false, true, true], [false, true, false]], [[false, false, false], [false, false, false]]]) ==
  [[0.0, 1.0, 2.0, 3.0], [0.0, 0.0, 0.0, 0.0]]
/// Boxes cut to an image of `height` by `width`. Reference: torchvision clip_boxes_to_image; exact.
op clip_boxes(b: boxes[n], height: int, width: int) -> boxes[n] {
  out[q, e] = clamp(b[q, e], 0, if mod(e, 2) == 0 then height else width)
}
test clip_boxes([[-1.0, 2.0, 5.0, 9.0]], 4, 8) == [[0.0, 2.0, 4.0, 8.0]]
/// Areas in pixels; 0 where a box is empty or turned around.
op areas(b: boxes[n]) -> real[n] {
  out[q] = max(0.0, b[q, 2] - b[q, 0]) * max(0.0, b[q, 3] - b[q, 1])
}
test areas([[1.0, 1.0, 3.0, 4.0], [2.0, 2.0, 1.0, 5.0]]) == [6.0, 0.0]
/// The rule by which boxes are dropped: true (keep) where the part inside the image has at least `below` pixels and at least the
/// share `visible` of the whole box. Reference: Albumentations min_area and min_visibility.
op keep_boxes(b: boxes[n], height: int, width: int, below: real = 1, visible: real = 0) -> bool[n] {
  whole  = areas(b)
  inside = areas(clip_boxes(b, height, width))
  out[q] = inside[q] >= below and inside[q] >= visible * whole[q]
}
test keep_boxes([[0.0, 0.0, 2.0, 2.0], [0.0, 3.0, 2.0, 9.0], [5.0, 5.0, 9.0, 9.0]], 4, 4, visible: 0.2) ==
  [true, false, false]
/// Boxes as they are seen in an image of `height` by `width`, for the end of a policy: cut to it, and (0, 0, 0, 0) where
/// `keep_boxes` drops them.
op visible_boxes(b: boxes[n], height: int, width: int, below: real = 1, visible: real = 0) -> boxes[n] {
  kept  = keep_boxes(b, height, width, below, visible)
  whole = clip_boxes(b, height, width)
  out[q, e] = if kept[q] then whole[q, e] else 0.0
}
test visible_boxes([[-1.0, 0.0, 2.0, 2.0], [0.0, 3.0, 2.0, 9.0], [5.0, 5.0, 9.0, 9.0]], 4, 4, visible: 0.2) ==
  [[0.0, 0.0, 2.0, 2.0], [0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]]
/// Labels of the objects that are kept, -1 of the others.
op keep_labels(l: labels[n], kept: bool[n]) -> labels[n] {
  out[q] = if kept[q] then l[q] else -1
}
test keep_labels([7, 8], [true, false]) == [7, -1]
/// Masks of the objects that are kept, empty ones of the others.
op keep_masks(m: masks[n, h, w], kept: bool[n]) -> masks[n, h, w] {
  out[q, i, j] = m[q, i, j] and kept[q]
}
test keep_masks([[[true]], [[true]]], [true, false]) == [[[true]], [[false]]]
/// The rule by which masks are dropped: true (keep) where at least `below` pixels are set (300 in Ghiasi et al. 2021).
op drop_objects(m: masks[o, h, w], below: int = 300) -> bool[o] {
  out[n] = (count(i, j) of m[n, i, j]) >= below
}
test drop_objects([[[true, true]], [[false, true]]], below: 2) == [true, false]
/// 1 where any mask with `taken` is set, else 0: what `paste` takes.
op union_of(m: masks[o, h, w], taken: bool[o]) -> mask[h, w] {
  out[i, j] = if (any(n) of (taken[n] and m[n, i, j])) then 1 else 0
}
test union_of([[[true, false]], [[false, true]]], [true, false]) == [[1, 0]]
/// Masks without the pixels that something pasted covers.
op uncovered(m: masks[o, h, w], alpha: mask[h, w]) -> masks[o, h, w] {
  out[n, i, j] = m[n, i, j] and alpha[i, j] == 0
}
test uncovered([[[true, true]]], [[0, 1]]) == [[[true, false]]]
/// Two sets of masks of one image in one, the first set first.
op join_masks(a: masks[o, h, w], b: masks[p, h, w]) -> masks[o + p, h, w] {
  out[n in 0..o + p, i in 0..h, j in 0..w] = if n < o then a[n, i, j, border: clamp] else b[n - o, i, j, border: clamp]
}
test join_masks([[[true]]], [[[false]], [[true]]]) == [[[true]], [[false]], [[true]]]
