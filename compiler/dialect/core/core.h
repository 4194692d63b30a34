// The tensor core's dialect: see core_ops.td for the meaning of each operation.
#pragma once
#include <mlir/Bytecode/BytecodeOpInterface.h>
#include <mlir/IR/Builders.h>
#include <mlir/IR/BuiltinTypes.h>
#include <mlir/IR/Dialect.h>
#include <mlir/IR/OpImplementation.h>
#include <mlir/IR/PatternMatch.h>
#include <mlir/Interfaces/ControlFlowInterfaces.h>
#include <mlir/Interfaces/SideEffectInterfaces.h>

#include "compiler/dialect/core/core_dialect.h.inc"
#include "compiler/dialect/core/core_enums.h.inc"
#define GET_ATTRDEF_CLASSES
#include "compiler/dialect/core/core_attrs.h.inc"
#define GET_OP_CLASSES
#include "compiler/dialect/core/core_ops.h.inc"
