namespace Lethe.Media.Auditing;

/// <summary>Drop-ins of the kubelet's configuration (<c>--config-dir</c>, Kubernetes 1.30).</summary>
internal static class KubeletDropIn
{
    private const string Head = "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n";

    /// <summary>The kubelet refuses to start where swap is on.</summary>
    public const string NoSwap = Head + "failSwapOn: true\nmemorySwap:\n  swapBehavior: NoSwap\n";

    /// <summary>What to do with the file.</summary>
    public const string Use = "switch swap off on the nodes, put the file where the kubelet's --config-dir points and restart the kubelet";
}
