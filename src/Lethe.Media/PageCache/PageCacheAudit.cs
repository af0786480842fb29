using Lethe.Facts.Views;
using Lethe.Media.Auditing;

namespace Lethe.Media.PageCache;

/// <summary>Cached pages of files are freed like any other; the rules of anonymous memory decide what becomes of them then.</summary>
internal sealed class PageCacheAudit : IAudit
{
    public Medium Medium => Medium.PageCache;

    public IReadOnlyList<string> Wants => PageZeroing.Wants;

    public IReadOnlyList<Rule> Rules => [];
}
