#include "compiler/driver/commands/library_header.h"
#include "embedded/invoke_header.h"
#include "embedded/kernel_header.h"
#include <cctype>

namespace gms::compiler {
namespace {

using program::Element;

const char *cTypeOf(Element element) {
  switch (element) {
  case Element::Bool:
  case Element::U8:
    return "uint8_t";
  case Element::Int:
    return "int64_t";
  case Element::F32:
    return "float";
  case Element::F64:
    return "double";
  }
  return "float";
}

const char *codeNameOf(Element element) {
  switch (element) {
  case Element::Bool:
    return "GMS_BOOL";
  case Element::U8:
    return "GMS_U8";
  case Element::Int:
    return "GMS_I64";
  case Element::F32:
    return "GMS_F32";
  case Element::F64:
    return "GMS_F64";
  }
  return "GMS_F32";
}

std::string identifier(const std::string &path) {
  std::string name;
  for (char c : path)
    name += std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
  return name.empty() || name[0] == '_' ? "result" + name : name;
}

/// A header's text without its includes of this project, which stand before it.
std::string inlined(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    if (!line.starts_with("#include \""))
      out += std::string(line) + "\n";
    at = end + 1;
  }
  return out;
}

/// One function: a static inline wrapper, since what it does is all in the library.
class Wrapper {
public:
  Wrapper(const program::Program &program, const PlannedKernel &kernel, const Signature &signature)
      : function(program.function(kernel.function)), kernel(kernel), signature(signature) {}

  /// What C calls it: the kernel's name without the prefix that buildLibrary gives it.
  std::string callable() const { return kernel.name.substr(kernel.name.find(function.name)); }

  std::string text() const {
    std::string out = "extern int32_t " + kernel.name + "(const gms_call *call, int64_t first, int64_t last);\nextern int32_t " +
                      kernel.name + "_shape(gms_tensor *arguments, int64_t *workspace_bytes);\n\n" + comment() +
                      "static inline int32_t " + callable() + "(" + parameters() + ") {\n";
    const size_t inputs = signature.inputs.size(), outputs = signature.outputs.size() + (signature.usesDraws ? 1 : 0);
    out += "  gms_tensor arguments[" + std::to_string(inputs + outputs) + "] = {{0}};\n  DLManagedTensor *results[" +
           std::to_string(outputs) + "];\n  uint64_t scalars[" + std::to_string(outputs) + "];\n";
    if (!signature.usesDraws)
      out += "  const gms_key none = {0, 0, 0, 0}, *key = &none;\n";
    out += "  int32_t status = GMS_OK;\n";
    for (size_t i = 0; i < inputs; ++i)
      out += describe(signature.inputs[i], i);
    out += "  status = gms_invoke(" + kernel.name + ", " + kernel.name + "_shape, arguments, " + std::to_string(inputs) + ", " +
           std::to_string(outputs) + ", key, results, scalars);\n  if (status)\n    return status;\n";
    for (size_t i = 0; i < signature.outputs.size(); ++i)
      out += give(signature.outputs[i], i);
    if (signature.usesDraws)
      out += "  results[" + std::to_string(outputs - 1) + "]->deleter(results[" + std::to_string(outputs - 1) + "]);\n";
    return out + "  return GMS_OK;\n}\n\n";
  }

private:
  const program::Function &function;
  const PlannedKernel &kernel;
  const Signature &signature;

  static bool scalar(const SignatureItem &item) { return item.type->kind == program::TypeKind::Scalar; }

  std::string comment() const {
    std::string out = "/*";
    for (const std::string &line : function.docs)
      out += " " + line + "\n *";
    const auto name = [&](program::LocalId id) { return function.local(id).name; };
    for (const SignatureItem &item : signature.inputs)
      out += " " + identifier(item.path) + ": " + program::print(*item.type, name) + "\n *";
    for (const SignatureItem &item : signature.outputs)
      out += " " + identifier(item.path) + ": out, " + program::print(*item.type, name) + "\n *";
    return out + " Gives 0, or a status of enum gms_status or gms_invoke_status. */\n";
  }

  std::string parameters() const {
    std::string out;
    const auto add = [&](const std::string &one) { out += (out.empty() ? "" : ", ") + one; };
    for (const SignatureItem &item : signature.inputs)
      add(scalar(item) ? std::string(cTypeOf(item.type->element)) + " " + identifier(item.path)
                       : "const DLTensor *" + identifier(item.path));
    if (signature.usesDraws)
      add("const gms_key *key");
    for (const SignatureItem &item : signature.outputs)
      add(scalar(item) ? std::string(cTypeOf(item.type->element)) + " *" + identifier(item.path)
                       : "DLManagedTensor **" + identifier(item.path));
    return out;
  }

  static std::string describe(const SignatureItem &item, size_t at) {
    const std::string place = "arguments[" + std::to_string(at) + "]", name = identifier(item.path);
    if (scalar(item))
      return "  " + place + ".data = &" + name + ";\n  " + place + ".type = " + codeNameOf(item.type->element) + ";\n";
    return "  if ((status = gms_from_dlpack(" + name + ", " + codeNameOf(item.type->element) + ", " +
           std::to_string(item.type->dims.size()) + ", &" + place + ")))\n    return status;\n";
  }

  static std::string give(const SignatureItem &item, size_t at) {
    const std::string name = identifier(item.path), number = std::to_string(at);
    if (scalar(item))
      return "  memcpy(" + name + ", &scalars[" + number + "], sizeof *" + name + ");\n";
    return "  *" + name + " = results[" + number + "];\n";
  }
};

} // namespace

std::string libraryHeader(const program::Program &program, const std::vector<PlannedKernel> &kernels,
                          const std::vector<Signature> &signatures, const std::string &library) {
  std::string guard = "GMS_LIBRARY_" + identifier(library) + "_H";
  for (char &c : guard)
    c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  std::string out = "/* Functions of " + library + ". Made by gms build --shared. */\n#ifndef " + guard + "\n#define " + guard +
                    "\n#include <string.h>\n\n" + inlined(embedded::kernel_header) + "\n" + inlined(embedded::invoke_header) +
                    "\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n";
  for (size_t i = 0; i < kernels.size(); ++i)
    out += Wrapper(program, kernels[i], signatures[i]).text();
  return out + "#ifdef __cplusplus\n}\n#endif\n#endif\n";
}

} // namespace gms::compiler
