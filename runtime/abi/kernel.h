/* The one C interface between compiled kernels and whoever calls them: the runtime, a test, or a C program that links a
 * library made by `gms build --shared`. The same on CPU and GPU. */
#ifndef GMS_RUNTIME_ABI_KERNEL_H
#define GMS_RUNTIME_ABI_KERNEL_H
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define GMS_ABI_VERSION 1u
#define GMS_MAX_RANK 6

/* Element types; codes and widths are those of DLPack's DLDataType, packed into one word. */
enum gms_type { GMS_BOOL = 0, GMS_U8 = 1, GMS_I32 = 2, GMS_I64 = 3, GMS_F32 = 4, GMS_F64 = 5 };

/* One tensor, dense and row-major (the last extent is contiguous). A scalar has rank 0. The bytes are owned by the
 * caller. Inputs may be read up to 64 bytes past their end where `padded` is 1; the values there do not matter. */
typedef struct gms_tensor {
  void *data;
  int64_t shape[GMS_MAX_RANK];
  int32_t type;   /* enum gms_type */
  int32_t rank;
  int32_t padded;
  int32_t reserved;
} gms_tensor;

/* What keys the draws of one sample (docs/language.md, the generator): the same numbers give the same bits on every
 * device, whatever the batch, the thread count or the order. */
typedef struct gms_key {
  uint64_t seed;
  uint64_t sample; /* the sample's identity */
  uint32_t epoch;
  uint32_t reserved;
} gms_key;

/* One call: `samples` independent samples; sample s uses arguments[s * argument_count + a] and keys[s]. Inputs come
 * first, then outputs, in the order of the plan. `workspace` has workspace_bytes for each worker (CPU) or each sample
 * (GPU), aligned to 64 bytes; the plan's workspace expression says how many a sample needs. */
typedef struct gms_call {
  uint32_t version;        /* GMS_ABI_VERSION */
  uint32_t argument_count; /* inputs and outputs of one sample */
  int64_t samples;
  const gms_tensor *arguments;
  const gms_key *keys;
  void *workspace;
  int64_t workspace_bytes;
  void *stream;            /* CUstream on a GPU, NULL on a CPU */
} gms_call;

/* What a kernel gives back; the runtime turns it into a coded message. The low byte is the status. Above it, of
 * GMS_NOT_CONVERGED, GMS_SINGULAR and GMS_NOT_SYMMETRIC, stand the leading 24 bits of a binary32: the residual, the smallest
 * pivot, the largest difference. */
enum gms_status {
  GMS_OK = 0,
  GMS_BAD_VERSION = 1,
  GMS_BAD_SHAPE = 2,      /* extents of two arguments disagree, or a size is out of its range */
  GMS_BAD_WORKSPACE = 3,
  GMS_NOT_A_NUMBER = 4,   /* only in the mode that looks for it */
  GMS_NOT_CONVERGED = 5,  /* an iteration: what it was to give is NaN */
  GMS_SINGULAR = 6,       /* a system without one solution: what it was to give is NaN */
  GMS_NOT_SYMMETRIC = 7,  /* a dense operator */
  GMS_NO_PASS = 8         /* a solver that yields made no pass */
};
#define GMS_STATUS_OF(status) ((status) & 0xff)

/* Runs samples [first, last) of a call. Kernels hold no threads and no state; ranges may run at once. */
typedef int32_t (*gms_kernel)(const gms_call *call, int64_t first, int64_t last);

/* Gives the output shapes and the workspace of one sample from its input shapes: fills shape, type and rank of the
 * outputs in arguments[inputs ..] and *workspace_bytes. */
typedef int32_t (*gms_shape_function)(gms_tensor *arguments, int64_t *workspace_bytes);

#ifdef __cplusplus
}
#endif
#endif
