/* bcryptprimitives.dll as far as programs written in Rust want it: Wine 8 has none. For this rig only. */
#include <windows.h>

/* advapi32 exports RtlGenRandom under this name. */
BOOLEAN NTAPI SystemFunction036(PVOID buffer, ULONG bytes);

__declspec(dllexport) BOOL WINAPI ProcessPrng(BYTE *buffer, SIZE_T bytes)
{
    const ULONG most = 1u << 28;
    while (bytes > 0) {
        ULONG now = bytes < most ? (ULONG)bytes : most;
        if (!SystemFunction036(buffer, now))
            return FALSE;
        buffer += now;
        bytes -= now;
    }
    return TRUE;
}
