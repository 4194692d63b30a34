// Statuses that carry a residual.
#pragma once
#include "runtime/abi/kernel.h"
#include <bit>

namespace gms::physics {

/// The status in the low byte; above it the leading 24 bits of the residual as a binary32.
inline int32_t withResidual(gms_status status, double residual) {
  const float shown = static_cast<float>(residual >= 0 ? residual : 0);
  return static_cast<int32_t>((std::bit_cast<uint32_t>(shown) & 0x7fffff00u) | static_cast<uint32_t>(status));
}

} // namespace gms::physics
