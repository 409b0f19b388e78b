/* mscms.dll as far as Qt calls it: in Wine 8's own, reading a monitor's colour profile ends the program. This one
   has no profile for any monitor. For this rig only. */
#include <windows.h>

#define EXPORTED __declspec(dllexport)

EXPORTED HANDLE WINAPI OpenColorProfileW(void *profile, DWORD access, DWORD share, DWORD creation) { return NULL; }
EXPORTED BOOL WINAPI CloseColorProfile(HANDLE profile) { return TRUE; }
EXPORTED BOOL WINAPI GetColorProfileFromHandle(HANDLE profile, BYTE *buffer, DWORD *size) { return FALSE; }
EXPORTED HANDLE WINAPI WcsCreateIccProfile(HANDLE profile, DWORD options) { return NULL; }
