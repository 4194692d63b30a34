// Weights in the safetensors format (https://huggingface.co/docs/safetensors): a length, a JSON header, then the tensors'
// bytes. Nothing in a file is trusted: sizes and offsets are checked before use.
#pragma once
#include "runtime/core/tensor.h"
#include <map>
#include <string>
#include <vector>

namespace gms::runtime {

struct NamedTensor {
  std::string name;
  Tensor tensor;
};

/// Writes the file whole or not at all; names must differ. Throws FileNotWritten or DiskFull.
void writeSafetensors(const std::string &path, const std::vector<NamedTensor> &tensors,
                      const std::map<std::string, std::string> &notes = {});

struct Safetensors {
  std::vector<NamedTensor> tensors; ///< in the order of their bytes
  std::map<std::string, std::string> notes;

  /// The tensor of that name, type and shape. Throws WeightMissing or WeightMismatch, which name the file.
  const Tensor &get(const std::string &name, gms_type type, std::span<const int64_t> shape) const;
  std::string path;
};

/// Throws FileUnreadable or WeightsUnreadable.
Safetensors readSafetensors(const std::string &path);

} // namespace gms::runtime
