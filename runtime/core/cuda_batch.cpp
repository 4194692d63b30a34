#include "runtime/core/cuda_batch.h"
#include "runtime/core/error.h"
#include "runtime/core/tensor.h"
#include <algorithm>
#include <cstring>

namespace gms::runtime {
namespace {

constexpr int64_t mostSamples = 65535;           ///< blocks along y
constexpr int64_t mostPixels = 2147483647;       ///< of a sample: indices are divided in 31 bits
constexpr size_t smallBytes = 4096;              ///< pieces up to this size are copied together
constexpr size_t alignment = 256;

size_t aligned(size_t bytes) { return (bytes + alignment - 1) / alignment * alignment; }

size_t bytesOf(const gms_tensor &tensor) {
  int64_t elements = 1;
  for (int32_t axis = 0; axis < tensor.rank; ++axis)
    elements *= tensor.shape[axis];
  return static_cast<size_t>(elements * sizeOf(static_cast<gms_type>(tensor.type)));
}

} // namespace

int64_t CudaBatch::collect(int64_t first, int64_t last) {
  const LaunchPlan &plan = kernel.plan;
  start = first;
  slotBytes.assign(plan.slots.size(), 0);
  tiles.assign(plan.launches.size(), 1);
  outer.assign(plan.launches.size(), 1);
  // A part stays free for whoever else uses the GPU.
  const size_t budget = (gpu.freeBytes() + kernel.memory.bytes()) / 10 * 8;
  size_t used = 0;
  while (first < last && count < mostSamples) {
    const gms_tensor *arguments = call.arguments + first * call.argument_count;
    measure(arguments);
    const size_t pieceCount = pieces.size(), arguments0 = pieceOf.size();
    const size_t added = addPieces(arguments);
    if (count > 0 && used + added + workspaceEach() * static_cast<size_t>(count + 1) > budget) {
      for (size_t k = pieceCount; k < pieces.size(); ++k)
        known.erase(pieces[k].host);
      pieces.resize(pieceCount);
      pieceOf.resize(arguments0);
      break;
    }
    used += added;
    ++count;
    ++first;
  }
  return first;
}

/// Raises what all samples share to what this one needs.
void CudaBatch::measure(const gms_tensor *arguments) {
  const LaunchPlan &plan = kernel.plan;
  plan.evaluate(arguments, values);
  for (size_t k = 0; k < plan.slots.size(); ++k)
    slotBytes[k] = std::max(slotBytes[k], values[plan.slots[k]].whole);
  for (size_t k = 0; k < plan.launches.size(); ++k) {
    const LaunchStep &step = plan.launches[k];
    for (size_t node : step.pixels) {
      if (values[node].whole > mostPixels)
        throw Error(ErrorKind::SampleTooLarge, {std::to_string(values[node].whole), std::to_string(mostPixels)});
      tiles[k] = std::max(tiles[k], (values[node].whole + step.tile - 1) / step.tile);
    }
    for (size_t node : step.outer)
      outer[k] = std::max(outer[k], std::min(values[node].whole, step.mostOuter));
  }
}

size_t CudaBatch::addPieces(const gms_tensor *arguments) {
  size_t added = 0;
  for (size_t k = 0; k < call.argument_count; ++k) {
    const bool output = k >= kernel.plan.inputs.size();
    Piece piece{arguments[k].data, bytesOf(arguments[k]), 0, output};
    // An image that several variants read is uploaded once.
    auto [at, fresh] = known.try_emplace(piece.host, pieces.size());
    if (!fresh && !output && pieces[at->second].bytes == piece.bytes && !pieces[at->second].output) {
      pieceOf.push_back(at->second);
      continue;
    }
    pieceOf.push_back(pieces.size());
    pieces.push_back(piece);
    added += aligned(piece.bytes);
  }
  return added;
}

size_t CudaBatch::workspaceEach() const {
  size_t all = 0;
  for (int64_t bytes : slotBytes)
    all += aligned(static_cast<size_t>(bytes));
  return all;
}

void CudaBatch::arrange() {
  size_t at = 0;
  const auto place = [&](size_t bytes) {
    const size_t here = at;
    at += aligned(bytes);
    return here;
  };
  layout.descriptors = place(pieceOf.size() * sizeof(gms_tensor));
  layout.keys = place(static_cast<size_t>(count) * sizeof(gms_key));
  layout.slots = place(std::max<size_t>(slotBytes.size(), 1) * sizeof(int64_t));
  layout.status = place(static_cast<size_t>(count) * sizeof(int32_t));
  layout.small = at;
  const auto placeAll = [&](bool output, bool small) {
    for (Piece &piece : pieces)
      if (piece.output == output && (piece.bytes <= smallBytes) == small) {
        piece.offset = at;
        at += small ? (piece.bytes + 15) / 16 * 16 : aligned(piece.bytes);
      }
    at = aligned(at);
  };
  placeAll(false, true);
  layout.results = at;
  placeAll(true, true);
  layout.resultsEnd = layout.large = at;
  placeAll(false, false);
  placeAll(true, false);
  layout.workspace = place(workspaceEach() * static_cast<size_t>(count));
  layout.end = at;
}

void CudaBatch::fillStaging(CudaPointer base) {
  staging.assign(layout.resultsEnd, std::byte());
  std::vector<gms_tensor> descriptors(call.arguments + start * call.argument_count,
                                      call.arguments + (start + count) * call.argument_count);
  for (size_t k = 0; k < descriptors.size(); ++k)
    descriptors[k].data = reinterpret_cast<void *>(base + pieces[pieceOf[k]].offset);
  std::memcpy(&staging[layout.descriptors], descriptors.data(), descriptors.size() * sizeof(gms_tensor));
  if (call.keys)
    std::memcpy(&staging[layout.keys], call.keys + start, static_cast<size_t>(count) * sizeof(gms_key));
  int64_t offset = 0;
  for (size_t k = 0; k < slotBytes.size(); ++k) {
    std::memcpy(&staging[layout.slots + k * sizeof offset], &offset, sizeof offset);
    offset += static_cast<int64_t>(aligned(static_cast<size_t>(slotBytes[k])));
  }
  for (const Piece &piece : pieces)
    if (!piece.output && piece.bytes <= smallBytes && piece.bytes)
      std::memcpy(&staging[piece.offset], piece.host, piece.bytes);
}

int32_t CudaBatch::run() {
  arrange();
  const CudaPointer base = kernel.memory.reserve(layout.end);
  fillStaging(base);
  gpu.check(gpu.driver().upload(base, staging.data(), layout.results, gpu.stream()), "copying to it");
  for (const Piece &piece : pieces)
    if (!piece.output && piece.bytes > smallBytes)
      gpu.check(gpu.driver().upload(base + piece.offset, piece.host, piece.bytes, gpu.stream()), "copying to it");
  launch(base);
  return download(base);
}

void CudaBatch::launch(CudaPointer base) {
  CudaPointer descriptors = base + layout.descriptors, keys = base + layout.keys, workspace = base + layout.workspace,
              slots = base + layout.slots, status = base + layout.status;
  int64_t each = static_cast<int64_t>(workspaceEach()), first = 0;
  void *parameters[] = {&descriptors, &keys, &workspace, &slots, &status, &each, &first};
  for (size_t k = 0; k < kernel.plan.launches.size(); ++k)
    gpu.check(gpu.driver().launch(kernel.functions[k], static_cast<unsigned>(tiles[k]), static_cast<unsigned>(count),
                                  static_cast<unsigned>(outer[k]), kernel.plan.block, 1, 1, 0, gpu.stream(), parameters,
                                  nullptr),
              "starting " + kernel.plan.launches[k].kernel);
}

int32_t CudaBatch::download(CudaPointer base) {
  if (const size_t bytes = layout.resultsEnd - layout.results)
    gpu.check(gpu.driver().download(&staging[layout.results], base + layout.results, bytes, gpu.stream()),
              "copying from it");
  std::vector<int32_t> statuses(kernel.plan.checks ? static_cast<size_t>(count) : 0);
  if (!statuses.empty())
    gpu.check(gpu.driver().download(statuses.data(), base + layout.status, statuses.size() * sizeof(int32_t), gpu.stream()),
              "copying from it");
  for (const Piece &piece : pieces)
    if (piece.output && piece.bytes > smallBytes)
      gpu.check(gpu.driver().download(piece.host, base + piece.offset, piece.bytes, gpu.stream()), "copying from it");
  gpu.check(gpu.driver().streamSynchronise(gpu.stream()), "running " + kernel.plan.name);
  for (const Piece &piece : pieces)
    if (piece.output && piece.bytes <= smallBytes && piece.bytes)
      std::memcpy(piece.host, &staging[piece.offset], piece.bytes);
  for (int32_t status : statuses)
    if (status)
      return status;
  return GMS_OK;
}

} // namespace gms::runtime
