namespace Lethe.Linux;

/// <summary>
/// Names the C header that declares a type's constants or a struct's layout under the same names.
/// The test project compiles a C file against it, so a wrong value fails a test.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct)]
internal sealed class CHeaderAttribute(string header) : Attribute
{
    /// <summary>The header, as written between angle brackets.</summary>
    public string Header { get; } = header;

    /// <summary>For a struct: its C name, with <c>struct</c> where C needs it.</summary>
    public string? Type { get; init; }
}
