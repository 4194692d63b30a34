// Host functions that give photographs.
#pragma once
#include "runtime/core/externs.h"

namespace gms::runtime {

/// `read_images(folder)`: a list of {name, bytes}, u8 [h, w, 3] each, in the order of the names. A second argument, an
/// int, limits how many are read. Throws as `readImages`.
void registerImageExterns(ExternRegistry &registry);

} // namespace gms::runtime
