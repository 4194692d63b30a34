#include "compiler/driver/kernel_cache.h"
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <spawn.h>
#include <sstream>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

namespace gms::compiler {
using nlohmann::json;

namespace {

json items(const std::vector<SignatureItem> &list) {
  json out = json::array();
  for (const SignatureItem &item : list) {
    json entry{{"path", item.path}, {"parameter", item.parameter}, {"fields", item.fields}};
    if (item.parameter == static_cast<size_t>(-1)) {
      entry["literal"] = item.literal;
      entry["element"] = static_cast<int>(item.type->element);
      for (const program::Dim &dim : item.type->dims)
        entry["shape"].push_back(dim.asConstant().value_or(0));
    }
    out.push_back(std::move(entry));
  }
  return out;
}

/// A tensor written in the program: its type stands in the description, since no parameter has it.
void readLiteral(const json &entry, SignatureItem &item) {
  item.literal = entry.at("literal").get<std::vector<double>>();
  std::vector<program::Dim> dims;
  for (const json &extent : entry.at("shape"))
    dims.push_back(program::Dim(extent.get<int64_t>()));
  item.type =
      program::Type::tensor(static_cast<program::Element>(entry.at("element").get<int>()), std::move(dims));
}

/// The type that positions lead to, through records, tuples and lists.
program::TypeRef follow(program::TypeRef type, const std::vector<uint32_t> &fields) {
  for (uint32_t field : fields)
    type = type->fields.at(type->kind == program::TypeKind::List ? 0 : field).type;
  return type;
}

std::string readFile(const std::string &path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return in ? out.str() : "";
}

bool writeFile(const std::string &path, const std::string &text) {
  const std::string temporary = path + "." + std::to_string(getpid());
  std::ofstream out(temporary, std::ios::binary);
  out << text;
  out.close();
  if (out && std::rename(temporary.c_str(), path.c_str()) == 0)
    return true;
  unlink(temporary.c_str());
  return false;
}

/// Makes a folder and those above it, for this user alone.
bool makeFolder(const std::string &path) {
  for (size_t at = path.find('/', 1); at != std::string::npos; at = path.find('/', at + 1))
    mkdir(path.substr(0, at).c_str(), 0700);
  return mkdir(path.c_str(), 0700) == 0 || errno == EEXIST;
}

/// Removes the files least lately written where there are too many.
void trim(const std::string &folder) {
  constexpr size_t most = 4000, kept = 3000;
  std::error_code ignored;
  std::vector<std::pair<std::filesystem::file_time_type, std::filesystem::path>> files;
  for (const auto &entry : std::filesystem::directory_iterator(folder, ignored))
    files.emplace_back(entry.last_write_time(ignored), entry.path());
  if (files.size() <= most)
    return;
  std::sort(files.begin(), files.end());
  for (size_t k = 0; k + kept < files.size(); ++k)
    std::filesystem::remove(files[k].second, ignored);
}

} // namespace

std::string describe(const Signature &signature) {
  json draws = json::array();
  for (const SignatureDraw &draw : signature.draws)
    draws.push_back(
        {{"place", draw.place}, {"distribution", draw.distribution}, {"type", static_cast<int>(draw.type)}});
  return json{{"name", signature.name},
              {"inputs", items(signature.inputs)},
              {"outputs", items(signature.outputs)},
              {"draws", std::move(draws)},
              {"usesDraws", signature.usesDraws}}
      .dump();
}

Signature readDescription(const std::string &text, const program::Function &function) {
  const json in = json::parse(text);
  Signature out;
  out.name = in.at("name");
  out.usesDraws = in.at("usesDraws");
  for (const bool input : {true, false})
    for (const json &entry : in.at(input ? "inputs" : "outputs")) {
      SignatureItem item{entry.at("path"), nullptr, entry.at("parameter"), entry.at("fields"), {}};
      if (entry.contains("literal")) {
        readLiteral(entry, item);
        out.inputs.push_back(std::move(item));
        continue;
      }
      const program::TypeRef root =
          input ? function.local(function.parameters.at(item.parameter).local).type : function.result;
      item.type = follow(root, item.fields);
      (input ? out.inputs : out.outputs).push_back(std::move(item));
    }
  for (const json &draw : in.at("draws"))
    out.draws.push_back({draw.at("place"), draw.at("distribution"),
                         static_cast<program::Element>(draw.at("type").get<int>())});
  return out;
}

CompiledKernel openKernelFile(const std::string &path, const std::string &symbol) {
  CompiledKernel kernel;
  // Vector variants of the mathematical functions are looked up among what is open.
  static void *const vectorMath = dlopen("libmvec.so.1", RTLD_NOW | RTLD_GLOBAL);
  (void)vectorMath;
  void *library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library)
    return kernel;
  kernel.entry = reinterpret_cast<gms_kernel>(dlsym(library, symbol.c_str()));
  kernel.shape = reinterpret_cast<gms_shape_function>(dlsym(library, (symbol + "_shape").c_str()));
  kernel.code = std::shared_ptr<void>(library, [](void *handle) { dlclose(handle); });
  if (!kernel.shape)
    kernel.entry = nullptr;
  return kernel;
}

std::optional<CompiledKernel> KernelCache::open(const std::string &key, const CompileRequest &request) const {
  if (folder.empty())
    return std::nullopt;
  const std::string text = readFile(path(key, ".json"));
  if (text.empty() || access(path(key, ".so").c_str(), R_OK) != 0)
    return std::nullopt;
  try {
    Signature signature = readDescription(text, request.program->function(request.entry));
    CompiledKernel kernel = openKernelFile(path(key, ".so"), signature.name);
    if (!kernel.entry)
      return std::nullopt;
    kernel.signature = std::move(signature);
    return kernel;
  } catch (const std::exception &) {
    return std::nullopt;
  }
}

void KernelCache::keep(const std::string &key, const CompiledKernel &kernel) const {
  if (folder.empty() || kernel.object.empty() || !makeFolder(folder))
    return;
  trim(folder);
  const std::string object = path(key, ".") + std::to_string(getpid()) + ".o";
  if (!writeFile(object, kernel.object) || !writeFile(path(key, ".json"), describe(kernel.signature)))
    return;
  // The shell forks and returns at once; the linker goes on without being waited for.
  const std::string target = path(key, ".so");
  std::string script =
      "( for l in ld.lld-22 ld.lld ld; do if command -v $l; then $l -shared -o \"$2.tmp\" \"$1\" ${3:+\"$3\"} && "
      "mv \"$2.tmp\" \"$2\"; break; fi; done; rm -f \"$1\" \"$2.tmp\" ) >/dev/null 2>&1 &";
  std::string sh = "/bin/sh", c = "-c", name = "gms";
  char *arguments[] = {sh.data(),
                       c.data(),
                       script.data(),
                       name.data(),
                       const_cast<char *>(object.c_str()),
                       const_cast<char *>(target.c_str()),
                       const_cast<char *>(archive.c_str()),
                       nullptr};
  pid_t child;
  if (posix_spawn(&child, "/bin/sh", nullptr, nullptr, arguments, environ) == 0)
    waitpid(child, nullptr, 0);
  else
    unlink(object.c_str());
}

} // namespace gms::compiler
