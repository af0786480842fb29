namespace Lethe.Scanning.Search;

/// <summary>One thing to look for.</summary>
/// <param name="Kind">Its family, as in reports: <c>canary</c>, <c>text</c>, <c>hex</c>, <c>regex</c>, <c>residue-of</c>, <c>secret</c>,
/// <c>rule</c>.</param>
/// <param name="Id">Its name in the family: a file name, <c>aes-256-schedule</c>, <c>private-key-pem</c>. Not escaped for
/// display.</param>
/// <param name="Length">Bytes of the whole pattern; 0 when that varies.</param>
public sealed record Pattern(string Kind, string Id, long Length);
