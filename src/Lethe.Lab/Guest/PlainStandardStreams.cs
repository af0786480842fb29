using Microsoft.Win32.SafeHandles;

namespace Lethe.Lab.Guest;

/// <summary>Standard input and output as plain files. System.Console would take a serial port for a terminal and echo on it.</summary>
internal static class PlainStandardStreams
{
    public static StreamReader Input() => new(Open(0, FileAccess.Read));

    public static StreamWriter Output() => new(Open(1, FileAccess.Write)) { AutoFlush = true };

    private static FileStream Open(int descriptor, FileAccess access) =>
        new(new SafeFileHandle(descriptor, ownsHandle: false), access, bufferSize: 0);
}
