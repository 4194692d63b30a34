// RUN: %gmsc test %s --engines cpu,emulated
// Masks, boxes and keypoints follow their image.
import vision, objects

record scene { image: image[1, h, w], masks: masks[o, h, w], boxes: boxes[n], points: keypoints[p] }

/// One object, the pixel in row 1 and column 2 of 3 x 4, with its box and its middle.
op scene_of_one() -> scene {
  bright[k in 0..1, i in 0..3, j in 0..4] = if i == 1 and j == 2 then 0.8 else 0.1
  inside[n in 0..1, i in 0..3, j in 0..4] = i == 1 and j == 2
  return { image: as_image(bright), masks: as_masks(inside), boxes: as_boxes([[1.0, 2.0, 2.0, 3.0]]), points: as_keypoints([[1.5, 2.5]]) }
}
test (scene_of_one() |> hflip).boxes == [[1.0, 1.0, 2.0, 2.0]]
test (scene_of_one() |> hflip).points == [[1.5, 1.5]]
test boxes_of((scene_of_one() |> hflip).masks) == [[1.0, 1.0, 2.0, 2.0]]
test (scene_of_one() |> vflip |> translate(1, 1)).boxes == [[2.0, 3.0, 3.0, 4.0]]
test boxes_of((scene_of_one() |> translate(1, 1)).masks) == [[2.0, 3.0, 3.0, 4.0]]
test (scene_of_one() |> quarter_turn).boxes == [[1.0, 1.0, 2.0, 2.0]]
test (scene_of_one() |> quarter_turn).points == [[1.5, 1.5]]
test boxes_of((scene_of_one() |> quarter_turn).masks) == [[1.0, 1.0, 2.0, 2.0]]
test (scene_of_one() |> rotate(180 deg)).points == [[1.5, 1.5]]
test (scene_of_one() |> rotate(90 deg)).points == [[1.0, 2.0]], tolerance: 1e-5
test (scene_of_one() |> crop(1, 1, 2, 2)).boxes == [[0.0, 1.0, 1.0, 2.0]]
test clip_boxes((scene_of_one() |> crop(0, 0, 3, 2)).boxes, 3, 2) == [[1.0, 2.0, 2.0, 2.0]]
// A warp does not cut: what is outside comes back, and how much is seen is judged by the whole box.
test (scene_of_one() |> crop(0, 0, 3, 2)).boxes == [[1.0, 2.0, 2.0, 3.0]]
test (scene_of_one() |> translate(5, -3)).boxes == [[-2.0, 7.0, -1.0, 8.0]]
test (scene_of_one() |> translate(5, -3) |> translate(-5, 3)).boxes == [[1.0, 2.0, 2.0, 3.0]]
test (scene_of_one() |> translate(1.5, 0)).boxes == [[1.0, 3.5, 2.0, 4.5]]
test keep_boxes((scene_of_one() |> translate(1.5, 0)).boxes, 3, 4, below: 0, visible: 0.5) == [true]
test keep_boxes((scene_of_one() |> translate(1.75, 0)).boxes, 3, 4, below: 0, visible: 0.5) == [false]
test keep_boxes((scene_of_one() |> translate(1.5, 0)).boxes, 3, 4) == [false]
test (scene_of_one() |> translate(1.5, 0) |> visible_boxes(3, 4, below: 0)).boxes == [[1.0, 3.5, 2.0, 4.0]]
test (scene_of_one() |> translate(1.75, 0) |> visible_boxes(3, 4, visible: 0.5)).boxes == [[0.0, 0.0, 0.0, 0.0]]
test keep_boxes((scene_of_one() |> crop(0, 0, 3, 2)).boxes, 3, 2) == [false]
test drop_objects((scene_of_one() |> crop(0, 0, 3, 2)).masks, below: 1) == [false]
test (scene_of_one() |> resize(6, 8, border: clamp)).boxes == [[2.0, 4.0, 4.0, 6.0]]
test boxes_of((scene_of_one() |> resize(6, 8, border: clamp)).masks) == [[2.0, 4.0, 4.0, 6.0]]
test (scene_of_one() |> jitter_scale(0.5)).boxes == [[0.5, 1.0, 1.0, 1.5]]
test (scene_of_one() |> scale(2)).points == [[1.5, 3.0]]
test (scene_of_one() |> perspective([[0.0, 4.0], [0.0, 0.0], [3.0, 0.0], [3.0, 4.0]])).points == [[1.5, 1.5]], tolerance: 1e-4
test (scene_of_one() |> invert).boxes == [[1.0, 2.0, 2.0, 3.0]]
test (scene_of_one() |> invert).image == [[[0.9, 0.9, 0.9, 0.9], [0.9, 0.9, 0.2, 0.9], [0.9, 0.9, 0.9, 0.9]]]
