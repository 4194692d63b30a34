#include "compiler/codegen/cuda/sample_code.h"
#include "runtime/abi/kernel.h"
#include <cstddef>
#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/SCF/IR/SCF.h>
#include <mlir/Dialect/Tensor/IR/Tensor.h>

namespace gms::compiler::cuda {
using namespace mlir;

namespace {

Type pointerType(OpBuilder &b, unsigned space) { return LLVM::LLVMPointerType::get(b.getContext(), space); }

Value byteOffset(OpBuilder &b, Location loc, Value pointer, int64_t bytes) {
  return LLVM::GEPOp::create(b, loc, pointer.getType(), b.getI8Type(), pointer,
                             ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(bytes)}, LLVM::GEPNoWrapFlags::inbounds);
}

Type elementType(Value tensor) {
  auto type = dyn_cast<RankedTensorType>(tensor.getType());
  return type ? type.getElementType() : tensor.getType();
}

Value toMemory(OpBuilder &b, Location loc, Value scalar) {
  if (scalar.getType().isInteger(1))
    return arith::ExtUIOp::create(b, loc, b.getI8Type(), scalar);
  return scalar.getType().isIndex() ? arith::IndexCastOp::create(b, loc, b.getI64Type(), scalar) : scalar;
}

Value fromMemory(OpBuilder &b, Location loc, Value stored, Type element) {
  if (element.isInteger(1)) {
    Value zero = arith::ConstantIntOp::create(b, loc, b.getI8Type(), 0);
    return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, stored, zero);
  }
  return element.isIndex() ? arith::IndexCastOp::create(b, loc, b.getIndexType(), stored) : stored;
}

} // namespace

Value SampleCode::scalar(Value value) {
  if (Value known = made.lookup(value))
    return known;
  Value result = make(value);
  made[value] = result;
  return result;
}

Value SampleCode::make(Value value) {
  if (isa<BlockArgument>(value))
    return frame.passes.lookup(value); // other arguments are tensors
  Operation *op = value.getDefiningOp();
  const Location loc = op->getLoc();
  if (isa<core::BranchOp, core::SwitchOp>(op))
    return makeArms(cast<OpResult>(value));
  if (auto key = dyn_cast<aug::KeyOp>(op))
    return keyWord(key, value);
  if (isa<core::ReduceOp, core::LoopOp>(op))
    return fromMemory(builder, loc, load(builder, value, {}), value.getType());
  IRMapping map;
  emitOp(builder, *op, map);
  return map.lookup(value);
}

/// Of what does not change while a kernel runs.
Value SampleCode::loadConstant(Type type, Value pointer) {
  auto load = LLVM::LoadOp::create(builder, pointer.getLoc(), type, pointer);
  load.setInvariant(frame.space != 0);
  return load;
}

Value SampleCode::keyWord(aug::KeyOp key, Value value) {
  const size_t offset = value == key.getSeed()     ? offsetof(gms_key, seed)
                        : value == key.getSample() ? offsetof(gms_key, sample)
                                                   : offsetof(gms_key, epoch);
  return loadConstant(value.getType(),
                      byteOffset(builder, key.getLoc(), frame.key, static_cast<int64_t>(offset)));
}

Value SampleCode::makeArms(OpResult result) {
  Operation *op = result.getOwner();
  const Location loc = op->getLoc();
  const Type type = result.getType();
  SmallVector<std::pair<Region *, Region *>> arms; // of the function, of this code
  Operation *here;
  if (auto branch = dyn_cast<core::BranchOp>(op)) {
    auto made = scf::IfOp::create(builder, loc, type, scalar(branch.getCondition()), true);
    arms = {{&branch.getTaken(), &made.getThenRegion()}, {&branch.getOtherwise(), &made.getElseRegion()}};
    here = made;
  } else {
    auto choice = cast<core::SwitchOp>(op);
    const int64_t last = static_cast<int64_t>(choice.getArms().size()) - 1;
    auto made = scf::IndexSwitchOp::create(builder, loc, type, scalar(choice.getSelector()),
                                           llvm::to_vector(llvm::seq<int64_t>(0, last)), last);
    for (int64_t arm = 0; arm < last; ++arm)
      arms.push_back({&choice.getArms()[arm], &made.getCaseRegions()[arm]});
    arms.push_back({&choice.getArms()[last], &made.getDefaultRegion()});
    here = made;
  }
  for (auto [from, to] : arms) {
    const auto savedMade = made, savedBases = bases;
    const auto savedExtents = extents;
    const OpBuilder outer = builder;
    builder = to->empty() ? OpBuilder::atBlockEnd(&to->emplaceBlock()) : OpBuilder::atBlockEnd(&to->front());
    Value given = scalar(from->front().getTerminator()->getOperand(result.getResultNumber()));
    scf::YieldOp::create(builder, loc, given);
    builder = outer;
    made = savedMade, bases = savedBases, extents = savedExtents;
  }
  builder.setInsertionPointAfter(here);
  return here->getResult(0);
}

Value SampleCode::holds(ArrayRef<Guard> guards) {
  Value all;
  for (const Guard &guard : guards) {
    const Location loc = guard.conditional->getLoc();
    Value one;
    if (auto branch = dyn_cast<core::BranchOp>(guard.conditional)) {
      one = scalar(branch.getCondition());
      if (guard.arm == 1)
        one = arith::XOrIOp::create(builder, loc, one, arith::ConstantIntOp::create(builder, loc, 1, 1));
    } else {
      auto choice = cast<core::SwitchOp>(guard.conditional);
      const bool last = guard.arm + 1 == choice.getArms().size();
      Value arm = arith::ConstantIndexOp::create(builder, loc, guard.arm);
      one = arith::CmpIOp::create(builder, loc, last ? arith::CmpIPredicate::uge : arith::CmpIPredicate::eq,
                                  scalar(choice.getSelector()), arm);
    }
    all = all ? arith::AndIOp::create(builder, loc, all, one).getResult() : one;
  }
  return all;
}

Value SampleCode::descriptorField(unsigned argument, int64_t offset, Type type) {
  const Location loc = frame.arguments.getLoc();
  Value field = byteOffset(builder, loc, frame.arguments,
                           static_cast<int64_t>(argument) * static_cast<int64_t>(sizeof(gms_tensor)) + offset);
  return loadConstant(type, field);
}

Value SampleCode::extent(Value tensor, unsigned axis) {
  tensor = storedTensor(tensor);
  Value &known = extents[{tensor, axis}];
  if (known)
    return known;
  const Extent extent = extentOf(tensor, axis);
  const Location loc = tensor.getLoc();
  Value result;
  if (extent.known) {
    result = arith::ConstantIndexOp::create(builder, loc, *extent.known);
  } else if (extent.value) {
    result = scalar(extent.value);
  } else {
    const int64_t offset = static_cast<int64_t>(offsetof(gms_tensor, shape)) + 8 * static_cast<int64_t>(extent.axis);
    result = arith::IndexCastOp::create(builder, loc, builder.getIndexType(),
                                        descriptorField(extent.input, offset, builder.getI64Type()));
  }
  return extents[{tensor, axis}] = result;
}

/// Where a pass writes into the history that begins at `start`.
Value SampleCode::partOf(Value tensor, Value start, Value pass) {
  const Location loc = tensor.getLoc();
  Value position = scalar(pass);
  for (int64_t axis = 0; axis < cast<RankedTensorType>(tensor.getType()).getRank(); ++axis)
    position = arith::MulIOp::create(builder, loc, position, extent(tensor, axis));
  Value offset = arith::IndexCastOp::create(builder, loc, builder.getI64Type(), position);
  return LLVM::GEPOp::create(builder, loc, start.getType(), memoryTypeOf(elementType(tensor)), start, ValueRange{offset},
                             LLVM::GEPNoWrapFlags::inbounds);
}

Value SampleCode::base(Value tensor) {
  tensor = storedTensor(tensor);
  if (Value known = bases.lookup(tensor))
    return known;
  const Location loc = tensor.getLoc();
  const Type pointer = pointerType(builder, frame.space);
  const Buffer buffer = plan.buffers.lookup(tensor);
  Value result;
  if (buffer.place == Buffer::Place::Constant) {
    result = LLVM::AddressOfOp::create(builder, loc, pointer, constants.at(tensor));
  } else if (buffer.place == Buffer::Place::Workspace) {
    Value at = byteOffset(builder, loc, frame.slots, 8 * static_cast<int64_t>(buffer.index));
    Value offset = loadConstant(builder.getI64Type(), at);
    result = LLVM::GEPOp::create(builder, loc, pointer, builder.getI8Type(), frame.workspace, ValueRange{offset},
                                 LLVM::GEPNoWrapFlags::inbounds);
  } else {
    const unsigned before = buffer.place == Buffer::Place::Output ? frame.inputs : 0;
    result = descriptorField(buffer.index + before, offsetof(gms_tensor, data), pointerType(builder, 0));
    if (frame.space)
      result = LLVM::AddrSpaceCastOp::create(builder, loc, pointer, result);
  }
  if (buffer.pass)
    result = partOf(tensor, result, buffer.pass);
  return bases[tensor] = result;
}

Value SampleCode::address(OpBuilder &b, Value tensor, Value linear) {
  Value start = base(tensor);
  if (!linear)
    return start;
  const Location loc = b.getUnknownLoc();
  Value offset = arith::IndexCastOp::create(b, loc, b.getI64Type(), linear);
  return LLVM::GEPOp::create(b, loc, start.getType(), memoryTypeOf(elementType(tensor)), start, ValueRange{offset},
                             LLVM::GEPNoWrapFlags::inbounds);
}

Value SampleCode::load(OpBuilder &b, Value tensor, Value linear) {
  Value at = address(b, tensor, linear);
  auto load = LLVM::LoadOp::create(b, tensor.getLoc(), memoryTypeOf(elementType(tensor)), at);
  const Buffer::Place place = plan.buffers.lookup(storedTensor(tensor)).place;
  load.setInvariant(frame.space && (place == Buffer::Place::Input || place == Buffer::Place::Constant));
  return load;
}

Value SampleCode::linearIndex(OpBuilder &b, Value tensor, ValueRange indices) {
  if (indices.empty())
    return {};
  const Location loc = tensor.getLoc();
  const auto flags = arith::IntegerOverflowFlags::nsw;
  Value linear = indices[0];
  for (unsigned axis = 1; axis < indices.size(); ++axis) {
    linear = arith::MulIOp::create(b, loc, linear, extent(tensor, axis), flags);
    linear = arith::AddIOp::create(b, loc, linear, indices[axis], flags);
  }
  return linear;
}

void SampleCode::store(OpBuilder &b, Value tensor, ValueRange indices, Value element) {
  storeAt(b, tensor, linearIndex(b, tensor, indices), element);
}

void SampleCode::storeAt(OpBuilder &b, Value tensor, Value linear, Value element) {
  Value at = address(b, tensor, linear);
  LLVM::StoreOp::create(b, tensor.getLoc(), toMemory(b, tensor.getLoc(), element), at);
}

void SampleCode::addOne(OpBuilder &b, Value tensor, ValueRange indices) {
  const Location loc = tensor.getLoc();
  Value at = address(b, tensor, linearIndex(b, tensor, indices));
  Value one = arith::ConstantIntOp::create(b, loc, b.getI64Type(), 1);
  LLVM::AtomicRMWOp::create(b, loc, LLVM::AtomicBinOp::add, at, one, LLVM::AtomicOrdering::monotonic);
}

namespace {

using Pred = arith::CmpIPredicate;

Value compare(OpBuilder &b, Location loc, Pred pred, Value x, Value y) {
  return arith::CmpIOp::create(b, loc, pred, x, y);
}

/// x mod n with the sign of n, n > 0.
Value floorMod(OpBuilder &b, Location loc, Value x, Value n) {
  Value zero = arith::ConstantIndexOp::create(b, loc, 0);
  Value r = arith::RemSIOp::create(b, loc, x, n);
  Value negative = compare(b, loc, Pred::slt, r, zero);
  return arith::SelectOp::create(b, loc, negative, arith::AddIOp::create(b, loc, r, n), r);
}

/// The index that a periodic border reads for one outside: few threads need it, so its divisions are kept in a branch.
Value periodic(OpBuilder &b, Location loc, Value index, Value extent, bool reflected) {
  Value inside = compare(b, loc, Pred::ult, index, extent);
  auto choice = scf::IfOp::create(
      b, loc, inside, [&](OpBuilder &t, Location) { scf::YieldOp::create(t, loc, index); },
      [&](OpBuilder &e, Location) {
        Value one = arith::ConstantIndexOp::create(e, loc, 1), result;
        Value atLeastOne = arith::MaxSIOp::create(e, loc, extent, one);
        if (!reflected) {
          result = floorMod(e, loc, index, atLeastOne);
        } else {
          Value last = arith::SubIOp::create(e, loc, atLeastOne, one);
          Value period = arith::MaxSIOp::create(e, loc, arith::AddIOp::create(e, loc, last, last), one);
          Value m = floorMod(e, loc, index, period);
          result = arith::MinSIOp::create(e, loc, m, arith::SubIOp::create(e, loc, period, m));
        }
        scf::YieldOp::create(e, loc, result);
      });
  return choice.getResult(0);
}

Value clamped(OpBuilder &b, Location loc, Value index, Value extent) {
  Value zero = arith::ConstantIndexOp::create(b, loc, 0), one = arith::ConstantIndexOp::create(b, loc, 1);
  Value last = arith::SubIOp::create(b, loc, extent, one);
  return arith::MaxSIOp::create(b, loc, arith::MinSIOp::create(b, loc, index, last), zero);
}

} // namespace

Value SampleCode::read(OpBuilder &b, core::ReadOp read, ValueRange indices) {
  const Location loc = read.getLoc();
  Value tensor = read.getTensor(), inside;
  SmallVector<Value> moved(indices);
  for (auto [axis, index] : llvm::enumerate(moved)) {
    switch (read.getBorder()) {
    case core::Border::Proven: break;
    case core::Border::Wrap: index = periodic(b, loc, index, extent(tensor, axis), false); break;
    case core::Border::Reflect: index = periodic(b, loc, index, extent(tensor, axis), true); break;
    case core::Border::Clamp: index = clamped(b, loc, index, extent(tensor, axis)); break;
    case core::Border::Zero: {
      Value here = compare(b, loc, Pred::ult, index, extent(tensor, axis));
      inside = inside ? arith::AndIOp::create(b, loc, inside, here).getResult() : here;
    }
    }
  }
  if (!inside)
    return fromMemory(b, loc, load(b, tensor, linearIndex(b, tensor, moved)), elementType(tensor));
  // A branch, not a select: nothing may be read of an empty tensor.
  Value linear = linearIndex(b, tensor, moved);
  address(b, tensor, {});
  auto choice = scf::IfOp::create(
      b, loc, inside, [&](OpBuilder &t, Location) { scf::YieldOp::create(t, loc, load(t, tensor, linear)); },
      [&](OpBuilder &e, Location) {
        const Type type = memoryTypeOf(elementType(tensor));
        scf::YieldOp::create(e, loc, Value(arith::ConstantOp::create(e, loc, e.getZeroAttr(type))));
      });
  return fromMemory(b, loc, choice.getResult(0), elementType(tensor));
}

} // namespace gms::compiler::cuda
