/* python.exe and pythonw.exe: hand the command line to the Python library that lies beside them. */
#include <windows.h>
#include <stdio.h>

typedef int (*py_main_function)(int, wchar_t **);

static int run(int count, wchar_t **words)
{
    HMODULE library = LoadLibraryW(PYTHON_DLL);
    if (library == NULL) {
        fwprintf(stderr, L"%ls can't be loaded, error %lu\n", PYTHON_DLL, GetLastError());
        return 120;
    }
    py_main_function py_main = (py_main_function)(void *)GetProcAddress(library, "Py_Main");
    if (py_main == NULL) {
        fwprintf(stderr, L"%ls has no Py_Main\n", PYTHON_DLL);
        return 121;
    }
    return py_main(count, words);
}

#ifdef WINDOWED
int WINAPI wWinMain(HINSTANCE self, HINSTANCE before, LPWSTR line, int show)
{
    (void)self, (void)before, (void)line, (void)show;
    return run(__argc, __wargv);
}
#else
int wmain(int count, wchar_t **words)
{
    return run(count, words);
}
#endif
