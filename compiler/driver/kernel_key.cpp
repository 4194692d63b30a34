#include "compiler/driver/kernel_key.h"
#include <bit>
#include <cstdio>
#include <cstring>
#include <map>

namespace gms::compiler {
using namespace program;

namespace {

/// Two FNV-1a sums of 64 bits with different starts, the second over rotated words: no attacker writes cache
/// keys, so chance alone matters.
class Hasher {
public:
  void bytes(const void *data, size_t size) {
    for (size_t k = 0; k < size; ++k) {
      const uint8_t byte = static_cast<const uint8_t *>(data)[k];
      a = (a ^ byte) * prime;
      b = (std::rotl(b, 11) ^ byte) * prime;
    }
  }
  void number(uint64_t v) { bytes(&v, sizeof v); }
  void real(double v) { bytes(&v, sizeof v); }
  void text(std::string_view t) {
    number(t.size());
    bytes(t.data(), t.size());
  }
  std::string hex() const {
    char out[33];
    std::snprintf(out, sizeof out, "%016llx%016llx", static_cast<unsigned long long>(a),
                  static_cast<unsigned long long>(b));
    return out;
  }

private:
  static constexpr uint64_t prime = 0x100000001b3;
  uint64_t a = 0xcbf29ce484222325, b = 0x9e3779b97f4a7c15;
};

class ProgramHasher {
public:
  ProgramHasher(const Program &program, Hasher &hash) : program(program), hash(hash) {}

  /// A function that was met before is written as the number it got then.
  void function(FunctionId id) {
    auto [entry, isNew] = numbers.try_emplace(id, numbers.size());
    hash.number(entry->second);
    if (!isNew)
      return;
    const Function &f = program.function(id);
    hash.number(static_cast<uint64_t>(f.kind));
    hash.text(f.name);
    hash.number(f.locals.size());
    for (const Local &local : f.locals) {
      type(local.type);
      hash.number(local.variable);
    }
    for (const Parameter &parameter : f.parameters) {
      hash.number(parameter.local);
      hash.text(f.local(parameter.local).name);
    }
    locals(f.captures);
    locals(f.outerCaptures);
    dims(f.dims, f.checks);
    type(f.result);
    for (LocalId id : {f.y, f.x, f.inputHeight, f.inputWidth, f.outputHeight, f.outputWidth})
      hash.number(id);
    optional(f.body);
    optional(f.extentHeight);
    optional(f.extentWidth);
  }

private:
  const Program &program;
  Hasher &hash;
  std::map<FunctionId, size_t> numbers;

  void locals(const std::vector<LocalId> &ids) {
    hash.number(ids.size());
    for (LocalId id : ids)
      hash.number(id);
  }
  void optional(const ExprPtr &e) {
    hash.number(e ? 1 : 0);
    if (e)
      expr(*e);
  }
  void dim(const Dim &d) {
    hash.number(d.terms().size());
    hash.number(static_cast<uint64_t>(d.constant()));
    for (const Dim::Term &term : d.terms()) {
      hash.number(static_cast<uint64_t>(term.coefficient));
      hash.number(static_cast<uint64_t>(term.atom.kind));
      hash.number(term.atom.symbol);
      hash.number(static_cast<uint64_t>(term.atom.divisor));
      hash.number(term.atom.operands.size());
      for (const Dim &operand : term.atom.operands)
        dim(operand);
    }
  }
  void type(const TypeRef &t) {
    hash.number(t ? 1 : 0);
    if (!t)
      return;
    hash.number(static_cast<uint64_t>(t->kind) << 24 | static_cast<uint64_t>(t->element) << 16 |
                static_cast<uint64_t>(t->role) << 8 | static_cast<uint64_t>(t->range));
    hash.text(t->name);
    hash.number(t->dims.size());
    for (const Dim &d : t->dims)
      dim(d);
    hash.number(t->fields.size());
    for (const FieldType &field : t->fields) {
      hash.text(field.name);
      type(field.type);
    }
    type(t->result);
  }
  void dims(const std::vector<DimBinding> &bindings, const std::vector<DimCheck> &checks) {
    hash.number(bindings.size());
    for (const DimBinding &b : bindings) {
      hash.number(b.symbol);
      hash.number(b.of);
      locals(b.fields);
      hash.number(b.axis);
      hash.number(b.solved.has_value());
      if (b.solved)
        dim(*b.solved);
    }
    hash.number(checks.size());
    for (const DimCheck &c : checks) {
      hash.number(c.of);
      locals(c.fields);
      hash.number(c.axis);
      dim(c.expected);
    }
  }
  void expr(const Expr &e) {
    hash.number(static_cast<uint64_t>(e.kind) << 48 | static_cast<uint64_t>(e.prim) << 40 |
                static_cast<uint64_t>(e.reduce) << 32 | static_cast<uint64_t>(e.distribution) << 24 |
                static_cast<uint64_t>(e.border) << 16 | static_cast<uint64_t>(e.sampling) << 8 | static_cast<uint64_t>(e.op));
    type(e.type);
    constant(e);
    hash.number(e.local);
    hash.number(e.position);
    locals(e.path);
    dim(e.dim);
    for (const Dim &d : e.extents)
      dim(d);
    if (e.kind == ExprKind::Call || e.kind == ExprKind::Warp || e.kind == ExprKind::WarpPoints)
      function(e.function);
    hash.number(e.args.size());
    for (const ExprPtr &arg : e.args)
      optional(arg);
    for (const IndexVar &index : e.indices) {
      hash.number(index.local);
      optional(index.low);
      optional(index.high);
      optional(index.list);
    }
    locals(e.states);
    for (const Definition &definition : e.definitions) {
      locals(definition.locals);
      optional(definition.value);
      dims(definition.dims, definition.checks);
    }
    hash.text(e.place);
  }
  void constant(const Expr &e) {
    hash.number(e.constant.index());
    if (auto *truth = std::get_if<bool>(&e.constant))
      hash.number(*truth);
    else if (auto *whole = std::get_if<int64_t>(&e.constant))
      hash.number(static_cast<uint64_t>(*whole));
    else if (auto *real = std::get_if<double>(&e.constant))
      hash.real(*real);
    else if (auto *text = std::get_if<std::string>(&e.constant))
      hash.text(*text);
  }
};

} // namespace

std::string kernelKey(const CompileRequest &request) {
  Hasher hash;
  hash.number(GMS_ABI_VERSION);
  hash.text(request.name);
  hash.number(static_cast<uint64_t>(request.device) << 16 | static_cast<uint64_t>(request.level) << 8 |
              static_cast<uint64_t>(request.fused) << 1 | static_cast<uint64_t>(request.checkNumbers) |
              static_cast<uint64_t>(request.literalsAreInputs) << 2);
  hash.text(request.cudaTarget);
  for (const auto &[path, value] : request.known) {
    hash.text(path);
    hash.number(value.index());
    std::visit(
        [&](const auto &v) {
          if constexpr (std::is_same_v<std::decay_t<decltype(v)>, std::string>)
            hash.text(v);
          else
            hash.bytes(&v, sizeof v);
        },
        value);
  }
  for (const auto &[path, extents] : request.extents) {
    hash.text(path);
    for (int64_t extent : extents)
      hash.number(static_cast<uint64_t>(extent));
  }
  ProgramHasher(*request.program, hash).function(request.entry);
  return hash.hex();
}

} // namespace gms::compiler
