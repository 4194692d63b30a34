#include "runtime/fit/safetensors.h"
#include "runtime/core/atomic_file.h"
#include "runtime/core/error.h"
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>

namespace gms::runtime {
namespace {

using Json = nlohmann::ordered_json;

constexpr uint64_t largestHeader = 100'000'000; ///< the format's own limit

struct FormatType {
  gms_type type;
  const char *name;
};
constexpr FormatType formatTypes[] = {{GMS_BOOL, "BOOL"}, {GMS_U8, "U8"},   {GMS_I32, "I32"},
                                      {GMS_I64, "I64"},   {GMS_F32, "F32"}, {GMS_F64, "F64"}};

const char *nameInFile(gms_type type) {
  for (const FormatType &each : formatTypes)
    if (each.type == type)
      return each.name;
  return "";
}

[[noreturn]] void unreadable(const std::string &path, const std::string &reason) {
  throw Error(ErrorKind::WeightsUnreadable, {path, reason});
}

gms_type typeOf(const std::string &path, const std::string &name, const std::string &type) {
  for (const FormatType &each : formatTypes)
    if (type == each.name)
      return each.type;
  unreadable(path, name + " has elements of type " + type + "; BOOL, U8, I32, I64, F32 and F64 are read");
}

/// One entry of the header, checked against the bytes that follow.
NamedTensor tensorOf(const std::string &path, const std::string &name, const Json &entry, std::span<const char> bytes) {
  const gms_type type = typeOf(path, name, entry.at("dtype").get<std::string>());
  const auto shape = entry.at("shape").get<std::vector<int64_t>>();
  const auto offsets = entry.at("data_offsets").get<std::vector<uint64_t>>();
  if (offsets.size() != 2 || offsets[0] > offsets[1] || offsets[1] > bytes.size())
    unreadable(path, "the bytes of " + name + " lie outside of the file");
  NamedTensor made{name, Tensor::make(type, shape)};
  if (static_cast<uint64_t>(made.tensor.bytes()) != offsets[1] - offsets[0])
    unreadable(path, name + " has the shape " + shapeText(shape) + " but " + std::to_string(offsets[1] - offsets[0]) + " bytes");
  std::memcpy(made.tensor.raw(), bytes.data() + offsets[0], offsets[1] - offsets[0]);
  return made;
}

std::vector<char> contentOf(const std::string &path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file)
    throw Error(ErrorKind::FileUnreadable, {path, systemReason(errno)});
  std::vector<char> content(static_cast<size_t>(file.tellg()));
  file.seekg(0);
  file.read(content.data(), static_cast<std::streamsize>(content.size()));
  if (!file)
    throw Error(ErrorKind::FileUnreadable, {path, systemReason(errno)});
  return content;
}

} // namespace

void writeSafetensors(const std::string &path, const std::vector<NamedTensor> &tensors,
                      const std::map<std::string, std::string> &notes) {
  Json header = Json::object();
  if (!notes.empty())
    header["__metadata__"] = notes;
  uint64_t offset = 0;
  for (const NamedTensor &each : tensors) {
    const auto bytes = static_cast<uint64_t>(each.tensor.bytes());
    header[each.name] = {{"dtype", nameInFile(each.tensor.type())},
                         {"shape", std::vector<int64_t>(each.tensor.shape().begin(), each.tensor.shape().end())},
                         {"data_offsets", {offset, offset + bytes}}};
    offset += bytes;
  }
  std::string text = header.dump();
  text.resize((text.size() + 7) / 8 * 8, ' '); // the tensors' bytes begin at a multiple of 8
  const uint64_t length = text.size();
  AtomicFile file(path);
  file.write({reinterpret_cast<const uint8_t *>(&length), sizeof length});
  file.write(text);
  for (const NamedTensor &each : tensors)
    file.write({static_cast<const uint8_t *>(each.tensor.raw()), static_cast<size_t>(each.tensor.bytes())});
  file.commit();
}

Safetensors readSafetensors(const std::string &path) {
  const std::vector<char> content = contentOf(path);
  uint64_t length = 0;
  if (content.size() < sizeof length)
    unreadable(path, "it is shorter than a header");
  std::memcpy(&length, content.data(), sizeof length);
  if (length > largestHeader || length > content.size() - sizeof length)
    unreadable(path, "its header would have " + std::to_string(length) + " bytes");
  const std::span<const char> bytes(content.data() + sizeof length + length, content.size() - sizeof length - length);
  Safetensors made;
  made.path = path;
  try {
    const Json header = Json::parse(content.data() + sizeof length, content.data() + sizeof length + length);
    for (const auto &[name, entry] : header.items())
      if (name == "__metadata__")
        made.notes = entry.get<std::map<std::string, std::string>>();
      else
        made.tensors.push_back(tensorOf(path, name, entry, bytes));
  } catch (const nlohmann::json::exception &) {
    unreadable(path, "its header is not what the format says");
  }
  return made;
}

const Tensor &Safetensors::get(const std::string &name, gms_type type, std::span<const int64_t> shape) const {
  for (const NamedTensor &each : tensors) {
    if (each.name != name)
      continue;
    if (each.tensor.type() != type || !std::ranges::equal(each.tensor.shape(), shape))
      throw Error(ErrorKind::WeightMismatch, {path, name, nameOf(each.tensor.type()) + shapeText(each.tensor.shape()),
                                              nameOf(type) + shapeText(shape)});
    return each.tensor;
  }
  throw Error(ErrorKind::WeightMissing, {path, name});
}

} // namespace gms::runtime
