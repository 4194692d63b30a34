// Code for one sample, with explicit vectors. Everything is made on demand, in the outermost loop where its
// operands exist, and once: a value is a scalar as long as all lanes agree, a base with consecutive lanes
// where it is a position along the vector's axis, and a vector elsewhere.
#pragma once
#include "compiler/dialect/aug/aug.h"
#include "compiler/dialect/core/core.h"
#include <functional>
#include <map>
#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Func/IR/FuncOps.h>
#include <mlir/Dialect/LLVMIR/LLVMDialect.h>
#include <mlir/Dialect/SCF/IR/SCF.h>
#include <mlir/Dialect/Vector/IR/VectorOps.h>
#include <mlir/IR/Builders.h>
#include <string>
#include <vector>

namespace gms::compiler::cpu {

using mlir::Type;
using mlir::Value;

/// A value in the code: `value` is a scalar, or a vector of one element a lane; lanes hold `index` as i32.
/// Where `base` is set, lane k is base + k, and `value` is made when it is needed.
struct Code {
  Value value, base;
  unsigned level = 0; ///< the loop it lives in, 0 outside of all
  bool lanes() const { return base || (value && mlir::isa<mlir::VectorType>(value.getType())); }
};

/// As enum gms_status.
enum class Status : int32_t { BadVersion = 1, BadShape = 2, BadWorkspace = 3, NoPass = 8 };

/// Where a tensor lies.
struct Buffer {
  Value pointer;
  mlir::SmallVector<Value, 4> extents; ///< index; of a destination: what the caller states, or empty
  mlir::SmallVector<int64_t, 4> shape; ///< kDynamic where not known
  Type element;                        ///< as memory holds it
  unsigned level = 0;                  ///< where its pointer and extents live
};

class SampleEmitter {
public:
  /// Code goes to the end of `entry`. `lanes` is the vector's length in f32; stages that compute in f64 take half of it. In a dry run only extents are
  /// computed and memory is planned: reads of anything but scalar arguments are errors.
  SampleEmitter(mlir::OpBuilder &builder, mlir::Block *entry, unsigned lanes, bool dry);

  mlir::OpBuilder &b;
  mlir::Location loc;
  unsigned lanes; ///< of the stage that is being emitted
  const bool dry;

  // ---- what the kernel's function gives ----
  mlir::DenseMap<Value, Buffer> buffers;      ///< by tensor
  mlir::DenseMap<Value, Buffer> destinations; ///< of results: where a stage writes instead of the workspace
  Value seed, sample, epoch;                  ///< the key
  Value workspace, workspaceBytes;            ///< pointer, i64
  Value statusSlot; ///< i32*: the first status other than 0 that is told when the sample is done
  Value top;                                  ///< i64: bytes of it in use
  std::function<void(Value fails, Status status)> leaveIf; ///< ends the sample with a status; only at level 0

  /// Puts the builder behind all code that is outside of loops.
  void toEnd() { at(0); }
  /// Code outside of all loops goes to this block from now on.
  void continueIn(mlir::Block *block) { levels[0].block = block; }
  /// Emits the stages of a block in order.
  mlir::LogicalResult stages(mlir::Block &block);
  Code code(Value value);        ///< a scalar of the program
  Value scalarCode(Value value); ///< of one that all lanes share
  const Buffer &buffer(Value tensor);
  /// Copies a tensor to a destination.
  void copy(const Buffer &from, const Buffer &to);
  Value bytesOf(const Buffer &buffer);
  bool failed = false;

private:
  // ---- places ----
  struct Level {
    mlir::Block *block;
    mlir::Operation *before = nullptr; ///< code goes before this one; null: to the end
    std::map<std::vector<const void *>, mlir::SmallVector<Value, 1>> memo;
    mlir::Operation *outerBefore = nullptr;
  };
  std::vector<Level> levels;
  struct Interior;
  /// A region of the program that is being emitted, with what its values became.
  struct Instance {
    mlir::DenseMap<Value, Code> values;
    unsigned least = 0; ///< what reads or is costly stays at this level or deeper: an arm that may not run
    Value mask;         ///< lanes for which it runs; null: all
    unsigned maskLevel = 0;
    const Interior *interior = nullptr; ///< all lanes lie inside
  };
  /// Channels are emitted side by side, so that they share loops, branches and loads: an instance each.
  struct OpenRegion {
    mlir::Region *region;
    std::vector<std::unique_ptr<Instance>> channels;
  };
  std::vector<OpenRegion> open;
  unsigned channel = 0; ///< the one that is being emitted

  unsigned depth() const { return levels.size() - 1; }
  void at(unsigned level);
  void enter(mlir::Operation *owner, mlir::Block *block);
  void leave();
  /// Leaves the levels beyond `level` for a while: what is made then stands before what is being made now.
  class Aside;
  /// Opens a region, with as many channels as the one around it unless stated.
  OpenRegion &enterRegion(mlir::Region &region, size_t channels = 0);
  void leaveRegion() { open.pop_back(); }
  OpenRegion &openOf(mlir::Region *region);
  Instance &instanceOf(mlir::Region *region);
  /// Runs `make` for every channel that a region is open for.
  template <typename Make> void eachChannel(mlir::Region *region, Make make) {
    const unsigned current = channel;
    const size_t count = openOf(region).channels.size();
    for (unsigned k = 0; k < count; ++k) {
      if (count > 1)
        channel = k;
      make(instanceOf(region));
    }
    channel = current;
  }
  /// Whether an operation with regions can be emitted for all channels at once, since these values are the
  /// same; and whether all that it uses is.
  bool sameForChannels(mlir::Operation *op, mlir::ValueRange values);
  void setResults(mlir::Operation *op, mlir::ArrayRef<Code> codes); ///< of all channels

  // ---- operations ----
  /// An operation at a level, shared with an equal one.
  mlir::SmallVector<Value, 1> emit(unsigned level, mlir::OperationName name, mlir::ArrayRef<Value> operands,
                                   mlir::ArrayRef<Type> results, mlir::DictionaryAttr attributes = {});
  template <typename Op>
  Value emit(unsigned level, Type result, mlir::ArrayRef<Value> operands,
             mlir::ArrayRef<mlir::NamedAttribute> attributes = {}) {
    return emit(level, mlir::OperationName(Op::getOperationName(), b.getContext()), operands, result,
                attributes.empty() ? mlir::DictionaryAttr() : b.getDictionaryAttr(attributes))[0];
  }
  void operation(mlir::Operation *op, Instance &instance);
  void clone(mlir::Operation *op, Instance &instance);
  bool consecutive(mlir::Operation *op, mlir::ArrayRef<Code> operands, unsigned level, Code &result);
  Code castIndex(mlir::Operation *op, const Code &operand, unsigned level);
  Value guardDivisor(Value divisor, unsigned level);
  Code divide(mlir::arith::DivFOp op, const Code &a, const Code &c);
  Type laneType(Type type);
  mlir::VectorType vectorOf(Type type);
  /// As a vector; a scalar is broadcast where it lives.
  Value vector(const Code &code);
  unsigned levelOf(mlir::ArrayRef<Code> codes, unsigned least);

  // ---- small arithmetic ----
  Value constant(mlir::TypedAttr attribute);
  Value indexConstant(int64_t v) { return constant(b.getIndexAttr(v)); }
  Value intConstant(int64_t v, Type type);
  Code add(const Code &a, const Code &c);
  Code multiply(const Code &a, const Code &c);
  template <typename Op> Code binary(const Code &a, const Code &c);
  Code compare(mlir::arith::CmpIPredicate predicate, const Code &a, const Code &c);
  Code select(const Code &condition, const Code &a, const Code &c);
  Code both(const Code &a, const Code &c) { return binary<mlir::arith::AndIOp>(a, c); }
  Code known(int64_t v) { return {indexConstant(v), {}, 0}; }
  Value toI64(Value index, unsigned level);

  // ---- reads ----
  Code read(core::ReadOp op, Instance &instance);
  Code readAt(const Buffer &buffer, mlir::ArrayRef<Code> indices, Value mask, unsigned least);
  Code readStrided(const Buffer &buffer, mlir::ArrayRef<Code> indices, unsigned least);
  Code gather(const Buffer &buffer, mlir::ArrayRef<Code> indices, Value mask, unsigned least);
  Code gatherBytes(const Buffer &buffer, mlir::ArrayRef<Code> indices, Value mask, unsigned least);
  /// Words that start at each lane's place and end inside the tensor, and how many bytes before its place one
  /// starts.
  struct Words {
    Value lanes;
    Code before;
    unsigned level;
  };
  /// `inside` where all words are known to end inside the tensor.
  Words gatherWords(const Buffer &buffer, mlir::ArrayRef<Code> pixel, int64_t bytes, bool inside, Value mask,
                    unsigned least);
  Code readNeighbours(core::ReadOp op, const Buffer &buffer, mlir::ArrayRef<Code> indices, Instance &instance,
                      unsigned least);
  Value byteOf(const Words &words, int64_t number);
  Value allInside(const Interior &interior);
  Code inInterior(mlir::Operation *op, const Interior &interior);
  Code readOneSided(const Buffer &buffer, mlir::ArrayRef<Code> indices, core::Border border, unsigned least);
  Code readBordered(const Buffer &buffer, mlir::ArrayRef<Code> indices, core::Border border, Value mask,
                    unsigned least);
  Code bordered(const Code &index, const Code &extent, core::Border border, Code &inside);
  Code modulo(const Code &index, const Code &count);
  /// What the indices of some axes add to an element's position.
  struct Offsets {
    Code fixed, moving; ///< the same for all lanes; of lanes (no value: none)
  };
  Offsets offsetsOf(const Buffer &buffer, mlir::ArrayRef<Code> indices);
  Code extentOf(const Buffer &buffer, unsigned axis) { return {buffer.extents[axis], {}, buffer.level}; }
  Code strideOf(const Buffer &buffer, unsigned axis);
  Value address(const Buffer &buffer, const Code &offset, unsigned level);
  Value zeroOf(Type type);
  Code load(const Buffer &buffer, const Code &offset, Type type, Value mask, unsigned level);
  std::optional<int64_t> constantOf(const Code &code);

  // ---- regions ----
  void regions(mlir::Operation *op);
  void maskedArms(mlir::Operation *op, const Code &selector, mlir::ArrayRef<mlir::Region *> arms,
                  mlir::ArrayRef<int64_t> cases);
  void branch(mlir::Operation *op, const Code &selector, mlir::ArrayRef<mlir::Region *> arms,
              mlir::ArrayRef<int64_t> cases);
  void knownArm(mlir::Operation *op, mlir::Region &arm);
  void scalarLoop(mlir::scf::ForOp op);
  /// What a region yields, for the present channel or for all of them.
  std::vector<Code> yields(mlir::Region &region);
  std::vector<Code> allYields(mlir::Region &region);
  /// The scalars from outside that an operation's regions use, and what they are for all channels.
  mlir::SmallVector<Value> captures(mlir::Operation *op);
  std::vector<Code> capturedCodes(mlir::Operation *op);
  unsigned leastOf(mlir::Operation *op); ///< the least level and the masks' of all channels
  bool masked(mlir::Operation *op);
  friend class ReduceCode;

  // ---- stages ----
  const unsigned singles; ///< f32 in a vector
  unsigned lanesOf(mlir::Operation &op) const;
  struct Nest;
  unsigned constants = 0;
  mlir::LogicalResult stage(mlir::Operation &op);
  void compute(core::ComputeOp op);
  Nest nestOf(core::ComputeOp op, const Buffer &out);
  void reserveTables(Nest &nest, const Buffer &out);
  bool sharesAcross(core::ComputeOp op, unsigned axis);
  // tiles (tile_code.cpp)
  void chooseTile(core::ComputeOp op, const Buffer &out, Nest &nest);
  void makeTile(core::ComputeOp op, const Buffer &out, const Nest &nest, const std::vector<Code> &indices);
  void storeTile(core::ComputeOp op, const Buffer &out, mlir::ArrayRef<std::vector<Code>> places);
  /// Whether the reads of a body that follow a border rule along an index all stay inside for `width` positions from
  /// `base` on; null where there are none. They are noted in insideReads.
  Value allInside(mlir::Region &body, Value along, const Code &base, int64_t width);
  llvm::SmallPtrSet<mlir::Operation *, 8> insideReads; ///< bordered reads that stay inside here
  bool atEdge = false;                                 ///< reads of neighbours may lie outside here: under masks at once
  void computeNest(core::ComputeOp op, const Buffer &out, const Nest &nest);
  void computeElements(core::ComputeOp op, const Buffer &out, const Nest &nest, std::vector<Code> &indices);
  void storeElements(core::ComputeOp op, const Buffer &out, int64_t between,
                     mlir::ArrayRef<std::vector<Code>> places, const Interior *interior);
  void openBody(core::ComputeOp op, mlir::ArrayRef<std::vector<Code>> places, const Interior *interior);
  void store(const Buffer &out, mlir::ArrayRef<Code> indices, const Code &element);
  void storeBetween(const Buffer &out, mlir::ArrayRef<Code> indices, mlir::ArrayRef<Code> elements);
  Code toMemory(const Code &code, Type element);
  void scan(core::ScanOp op);
  void histogram(core::HistogramOp op);
  void histogramNest(core::HistogramOp op, const Buffer &out, mlir::ArrayRef<Code> lows, mlir::ArrayRef<Code> highs,
                     bool wide);
  void countLanes(const Buffer &out, std::vector<Code> place, const Code &bins, Value active);
  void scatter(core::ScatterOp op);
  void addAt(const Buffer &out, mlir::ArrayRef<Code> place, const Code &value);
  void require(core::RequireOp op);
  void library(core::LibraryOp op);
  /// Keeps a status (i32) that is not 0, where none is kept yet.
  void noteStatus(Value status);
  void fromElements(mlir::Operation *op);
  void globalConstant(mlir::arith::ConstantOp op);
  Buffer allocate(Value tensor, mlir::ArrayRef<Value> extents);
  void take(Value bytes); ///< moves `top`, and ends the sample where the workspace is too small
  /// A tensor's size as the program states it: the same in a dry run.
  using Size = std::vector<int64_t>;
  static Size sizeOf(Value tensor);
  /// The memory that the tensors of a region give one another: the function's, or a loop body's.
  struct Pool {
    mlir::Region *region;
    std::map<Size, mlir::SmallVector<Value>> freed; ///< offsets of memory whose tensor nothing reads any more
    llvm::MapVector<Value, Value> taken;            ///< offsets, by tensor
  };
  std::vector<Pool> pools;
  void freeAfter(mlir::Operation &op);
  void checkExtents(const Buffer &stated, mlir::ArrayRef<Value> extents);
  Buffer withKnownExtents(Buffer made);
  /// Where a stage writes: its destination, or new memory of the workspace.
  Buffer target(Value result, mlir::ArrayRef<Value> extents);
  mlir::LogicalResult tensorArms(mlir::Operation *op);
  void dryArms(mlir::Operation *op);
  void aimArm(mlir::Operation *op, mlir::Region &arm);
  mlir::SmallVector<Value> armValues(mlir::Operation *op, mlir::Region &arm);
  void setTensors(mlir::Operation *op, mlir::ArrayRef<Value> values);
  friend class LoopCode;
};

} // namespace gms::compiler::cpu
