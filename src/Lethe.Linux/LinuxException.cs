using System.Runtime.InteropServices;

namespace Lethe.Linux;

/// <summary>A system call failed. The message names the call, what it was applied to, and the kernel's reason.</summary>
public sealed class LinuxException : IOException
{
    /// <summary>Describes one failed call.</summary>
    /// <param name="error">The errno value, for example <see cref="Errno.ENOMEM"/>.</param>
    /// <param name="operation">The system call, for example <c>mmap</c>.</param>
    /// <param name="subject">What it was applied to, for example a path; may be empty.</param>
    public LinuxException(int error, string operation, string subject = "")
        : base(Describe(error, operation, subject))
    {
        Error = error;
        Operation = operation;
    }

    /// <summary>The errno value.</summary>
    public int Error { get; }

    /// <summary>The system call that failed.</summary>
    public string Operation { get; }

    private static string Describe(int error, string operation, string subject)
    {
        string reason = Marshal.GetPInvokeErrorMessage(error);
        return subject.Length == 0 ? $"{operation}: {reason}" : $"{operation} {subject}: {reason}";
    }
}
