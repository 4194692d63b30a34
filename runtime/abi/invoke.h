/* Calls a kernel with DLPack tensors, one sample at a time. Compiled into every library that `gms build --shared` makes. */
#ifndef GMS_RUNTIME_ABI_INVOKE_H
#define GMS_RUNTIME_ABI_INVOKE_H
#ifndef GMS_RUNTIME_ABI_KERNEL_H
#include "runtime/abi/kernel.h"
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* DLPack's structures, as its C interface (version 0) states them; left out where dlpack.h was included. */
#ifndef DLPACK_DLPACK_H_
#define DLPACK_DLPACK_H_
typedef enum { kDLCPU = 1, kDLCUDA = 2, kDLCUDAHost = 3 } DLDeviceType;
typedef enum { kDLInt = 0, kDLUInt = 1, kDLFloat = 2, kDLBool = 6 } DLDataTypeCode;
typedef struct {
  DLDeviceType device_type;
  int32_t device_id;
} DLDevice;
typedef struct {
  uint8_t code;
  uint8_t bits;
  uint16_t lanes;
} DLDataType;
typedef struct {
  void *data;
  DLDevice device;
  int32_t ndim;
  DLDataType dtype;
  int64_t *shape;
  int64_t *strides; /* NULL: dense and row-major */
  uint64_t byte_offset;
} DLTensor;
typedef struct DLManagedTensor {
  DLTensor dl_tensor;
  void *manager_ctx;
  void (*deleter)(struct DLManagedTensor *self);
} DLManagedTensor;
#endif

/* Statuses beyond those of kernels. */
enum gms_invoke_status {
  GMS_BAD_TENSOR = 16, /* not on the CPU, not dense and row-major, or of another element type or rank than stated */
  GMS_NO_MEMORY = 17
};

/* Describes a DLPack tensor of that element type and rank; its memory stays its own. */
int32_t gms_from_dlpack(const DLTensor *from, enum gms_type type, int32_t rank, gms_tensor *to);

/* Runs one sample. `arguments` holds the inputs, described, then room for `outputs` more. Each output of rank 1 or more
 * is allocated and given as results[k], which the caller frees by its deleter; the value of one of rank 0 is in
 * scalars[k]. After a failure nothing is left allocated. */
int32_t gms_invoke(gms_kernel kernel, gms_shape_function shape, gms_tensor *arguments, int32_t inputs, int32_t outputs,
                   const gms_key *key, DLManagedTensor **results, uint64_t *scalars);

#ifdef __cplusplus
}
#endif
#endif
