// What `gms build` writes: executables, from a prebuilt runner and a bundle behind it, and shared libraries.
#pragma once
#include <string>
#include <vector>

namespace gms::compiler {

/// Links relocatable objects into a shared object with ld.lld (or ld) and gives its bytes. `archives` are prebuilt
/// objects that belong into it. "" where that fails, with the reason.
std::string linkShared(const std::vector<std::string> &objects, const std::vector<std::string> &archives,
                       const std::string &soname, std::string &reason);

/// The bytes of a bundle (runtime/abi/bundle.h).
std::string makeBundle(const std::string &planJson, const std::string &sharedObject);

/// Writes an executable file: the runner's bytes, the bundle, the trailer. False with the reason where a file cannot be
/// read or written; nothing is left behind then.
bool writeExecutable(const std::string &runner, const std::string &bundle, const std::string &path, std::string &reason);

/// Writes bytes under a temporary name beside `path` and renames. False with the reason.
bool writeReplacing(const std::string &path, const std::string &bytes, unsigned mode, std::string &reason);

} // namespace gms::compiler
