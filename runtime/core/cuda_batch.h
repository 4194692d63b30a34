// The samples that one round of launches works on: as many as the GPU's memory holds.
#pragma once
#include "runtime/core/cuda_kernel.h"
#include <unordered_map>

namespace gms::runtime {

class CudaBatch {
public:
  CudaBatch(const CudaKernel &kernel, const gms_call &call) : kernel(kernel), call(call), gpu(kernel.gpu) {}

  /// Takes samples from `first` on and gives the first one that has no room.
  int64_t collect(int64_t first, int64_t last);
  /// Uploads, launches and downloads. Gives the first status that is not GMS_OK.
  int32_t run();

private:
  /// A tensor's bytes here and their place in the GPU's memory. Small ones travel together.
  struct Piece {
    void *host = nullptr;
    size_t bytes = 0, offset = 0;
    bool output = false;
  };
  /// Where the parts of the GPU's memory begin.
  struct Layout {
    size_t descriptors = 0, keys = 0, slots = 0, status = 0, small = 0; ///< uploaded as one
    size_t results = 0, resultsEnd = 0;                                ///< small outputs, downloaded as one
    size_t large = 0, workspace = 0, end = 0;
  };

  const CudaKernel &kernel;
  const gms_call &call;
  const Gpu &gpu;
  int64_t start = 0, count = 0;
  std::vector<Piece> pieces;
  std::vector<size_t> pieceOf; ///< of each argument of each sample
  std::unordered_map<const void *, size_t> known;
  std::vector<int64_t> slotBytes;   ///< the most of all samples
  std::vector<int64_t> tiles, outer; ///< by launch, the most of all samples
  Layout layout;
  std::vector<std::byte> staging;
  std::vector<FormulaValue> values;

  void measure(const gms_tensor *arguments);
  size_t addPieces(const gms_tensor *arguments);
  size_t workspaceEach() const;
  void arrange();
  void fillStaging(CudaPointer base);
  void launch(CudaPointer base);
  int32_t download(CudaPointer base);
};

} // namespace gms::runtime
