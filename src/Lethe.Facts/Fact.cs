namespace Lethe.Facts;

/// <summary>One thing a host said of itself, verbatim: a file's text, a directory's entries, or why it could not be read.</summary>
/// <param name="Path">Where: a path, or <c>scheme:name</c> for what is no file (<c>kernel:log</c>).</param>
/// <param name="Text">The text; null when it is a directory or could not be read.</param>
/// <param name="Entries">A directory's entries; null otherwise.</param>
/// <param name="Problem">Why it could not be read, or not whole; null when it was.</param>
/// <param name="Source">What people call it when that is not the path, such as the name of a file that was given.</param>
public sealed record Fact(
    string Path,
    string? Text = null,
    IReadOnlyList<FactEntry>? Entries = null,
    string? Problem = null,
    string? Source = null
);

/// <summary>A name in a directory.</summary>
/// <param name="Name">The name; untrusted.</param>
/// <param name="Bytes">Its length in bytes.</param>
/// <param name="Owner">The user id it belongs to.</param>
/// <param name="Target">Where it leads, when it is a symbolic link.</param>
/// <param name="Changed">When its content last changed, in seconds since 1970; 0 when that was not asked.</param>
public sealed record FactEntry(string Name, long Bytes, uint Owner, string? Target = null, long Changed = 0);
