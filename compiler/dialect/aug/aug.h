// The augmentation dialect: see aug_ops.td for the meaning of each operation.
#pragma once
#include "compiler/dialect/core/core.h"

#include "compiler/dialect/aug/aug_dialect.h.inc"
#include "compiler/dialect/aug/aug_enums.h.inc"
#define GET_ATTRDEF_CLASSES
#include "compiler/dialect/aug/aug_attrs.h.inc"
#define GET_OP_CLASSES
#include "compiler/dialect/aug/aug_ops.h.inc"
