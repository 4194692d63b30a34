#include "runtime/abi/invoke.h"
#include <stdlib.h>

/* The element types in the order of enum gms_type. */
static const DLDataType element_types[] = {{kDLBool, 8, 1},  {kDLUInt, 8, 1},   {kDLInt, 32, 1},
                                           {kDLInt, 64, 1},  {kDLFloat, 32, 1}, {kDLFloat, 64, 1}};

int32_t gms_from_dlpack(const DLTensor *from, enum gms_type type, int32_t rank, gms_tensor *to) {
  const DLDataType expected = element_types[type];
  if (!from || from->ndim != rank || rank > GMS_MAX_RANK || from->device.device_type != kDLCPU ||
      from->dtype.code != expected.code || from->dtype.bits != expected.bits || from->dtype.lanes != 1)
    return GMS_BAD_TENSOR;
  int64_t dense = 1;
  for (int32_t axis = rank - 1; axis >= 0; --axis) {
    if (from->shape[axis] < 0 || (from->strides && from->shape[axis] > 1 && from->strides[axis] != dense))
      return GMS_BAD_TENSOR;
    dense *= from->shape[axis];
    to->shape[axis] = from->shape[axis];
  }
  to->data = (char *)from->data + from->byte_offset;
  to->type = (int32_t)type;
  to->rank = rank;
  to->padded = 0;
  to->reserved = 0;
  return GMS_OK;
}

/* A managed tensor with its shape and, from the next multiple of 64 bytes on, its elements in one piece of memory. */
struct owned {
  DLManagedTensor tensor;
  int64_t shape[GMS_MAX_RANK];
};

static void free_owned(DLManagedTensor *self) { free(self->manager_ctx); }

static DLManagedTensor *make_output(gms_tensor *output) {
  const size_t head = (sizeof(struct owned) + 63) / 64 * 64;
  size_t bytes = element_types[output->type].bits / 8;
  for (int32_t axis = 0; axis < output->rank; ++axis) {
    if (output->shape[axis] < 0 || (output->shape[axis] && bytes > ((size_t)1 << 46) / (size_t)output->shape[axis]))
      return NULL;
    bytes *= (size_t)output->shape[axis];
  }
  char *memory = aligned_alloc(64, head + (bytes + 127) / 64 * 64);
  if (!memory)
    return NULL;
  struct owned *made = (struct owned *)memory;
  made->tensor.dl_tensor = (DLTensor){memory + head, {kDLCPU, 0}, output->rank, element_types[output->type],
                                      made->shape, NULL, 0};
  made->tensor.manager_ctx = memory;
  made->tensor.deleter = free_owned;
  for (int32_t axis = 0; axis < output->rank; ++axis)
    made->shape[axis] = output->shape[axis];
  output->data = memory + head;
  output->padded = 1;
  return &made->tensor;
}

int32_t gms_invoke(gms_kernel kernel, gms_shape_function shape, gms_tensor *arguments, int32_t inputs, int32_t outputs,
                   const gms_key *key, DLManagedTensor **results, uint64_t *scalars) {
  int64_t workspace_bytes = 0;
  void *workspace = NULL;
  for (int32_t k = 0; k < outputs; ++k)
    results[k] = NULL;
  int32_t status = shape(arguments, &workspace_bytes);
  for (int32_t k = 0; k < outputs && status == GMS_OK; ++k) {
    gms_tensor *output = &arguments[inputs + k];
    scalars[k] = 0;
    if (output->rank == 0)
      output->data = &scalars[k];
    else if (!(results[k] = make_output(output)))
      status = GMS_NO_MEMORY;
  }
  if (status == GMS_OK && workspace_bytes > 0) {
    workspace = aligned_alloc(64, ((size_t)workspace_bytes + 63) / 64 * 64);
    status = workspace ? GMS_OK : GMS_NO_MEMORY;
  }
  if (status == GMS_OK) {
    const gms_call call = {GMS_ABI_VERSION, (uint32_t)(inputs + outputs), 1, arguments, key, workspace, workspace_bytes, NULL};
    status = kernel(&call, 0, 1);
  }
  free(workspace);
  for (int32_t k = 0; k < outputs && status != GMS_OK; ++k)
    if (results[k]) {
      results[k]->deleter(results[k]);
      results[k] = NULL;
    }
  return status;
}
