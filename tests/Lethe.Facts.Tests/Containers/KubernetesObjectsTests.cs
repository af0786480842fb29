using Lethe.Facts;
using Lethe.Facts.Containers;
using Lethe.Tests.Facts.Guests;

namespace Lethe.Tests.Facts.Containers;

public sealed class KubernetesObjectsTests
{
    internal const string Manifests = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: shop}
        spec:
          template:
            spec:
              hostIPC: true
              containers:
              - name: server
                securityContext: {capabilities: {add: [IPC_LOCK]}}
                volumeMounts: [{name: scratch, mountPath: /tmp, readOnly: true}]
              volumes:
              - name: scratch
                emptyDir: {medium: Memory}
        ---
        apiVersion: v1
        kind: List
        items:
        - apiVersion: batch/v1
          kind: CronJob
          metadata: {name: nightly}
          spec: {jobTemplate: {spec: {template: {spec: {initContainers: [{name: first}], containers: [{name: second}]}}}}}
        - kind: KubeletConfiguration
          apiVersion: kubelet.config.k8s.io/v1beta1
          failSwapOn: false
          memorySwap: {swapBehavior: LimitedSwap}
        """;

    [Fact]
    public void Pods_are_found_in_any_kind_of_object()
    {
        var objects = KubernetesObjects.Of(GivenHost.Of("kubernetes", Manifests));
        Assert.Equal(["Deployment shop/web", "CronJob nightly"], objects.Pods.Select(pod => pod.Subject));
        PodSpecification web = objects.Pods[0], nightly = objects.Pods[1];
        Assert.Equal(["spec", "template", "spec"], web.Path);
        Assert.Equal(["spec", "jobTemplate", "spec", "template", "spec"], nightly.Path);
        Assert.True(web.IsOn("hostIPC"));
        Assert.Equal(7, web.Evidence(web.Specification["hostIPC"]).Line);
        Assert.True(web.Containers[0].AddedCapability("IPC_LOCK").IsPresent);
        Assert.True(Assert.Single(web.MountsOf(web.Volumes[0]))["readOnly"].IsTrue);
        Assert.Equal(
            [("containers", "second"), ("initContainers", "first")],
            nightly.Containers.Select(container => (container.List, container.Name))
        );
        Assert.True(Assert.Single(objects.Kubelets) is { FailsOnSwap.IsOn: false, SwapBehavior: "LimitedSwap" });
    }

    [Fact]
    public void JSON_does_as_well()
    {
        const string Pod =
            """[{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"containers": [{"name": "b"}]}}]""";
        Assert.Equal("Pod a", Assert.Single(KubernetesObjects.Of(GivenHost.Of("kubernetes", Pod)).Pods).Subject);
    }

    [Fact]
    public void Drop_ins_change_what_a_node_s_kubelet_does()
    {
        var facts = new HostFacts("node", FactScope.Host, KubernetesObjects.Wants, [
            new Fact(
                "/var/lib/kubelet/config.yaml",
                "kind: KubeletConfiguration\nfailSwapOn: false\nmemorySwap: {swapBehavior: LimitedSwap}"
            ),
            new Fact("/etc/kubernetes/kubelet.conf.d/90-lethe.conf", "kind: KubeletConfiguration\nmemorySwap: {swapBehavior: NoSwap}"),
        ]);
        Assert.True(
            Assert.Single(KubernetesObjects.Of(facts).Kubelets)
                is { FailsOnSwap.IsOn: false, SwapBehavior: "NoSwap", SwapEvidence.Source: "/etc/kubernetes/kubelet.conf.d/90-lethe.conf" }
        );
    }

    [Fact]
    public void Broken_manifests_do_no_harm() =>
        Fuzzing.Try(
            200_000,
            [Manifests],
            ["- ", ": ", "{", "[", "&a ", "*a", "---\n", "\t", "kind: List\nitems: ", "\"", "|", "spec:", "\0"],
            text =>
    {
        if (KubernetesObjects.Of(GivenHost.Of("kubernetes", text)).Unread is [var unread, ..]) throw new FactsException(unread.Text, "");
    });

    [Fact]
    public void Wrong_types_configure_nothing()
    {
        foreach (
            string text in (string[])
                [
                    "kind: Pod\nspec: 7",
                    "kind: Pod\nspec: {containers: {a: b}}",
                    "kind: List\nitems: x",
                    "kind: Pod\nspec: {containers: [7], volumes: 8}",
                    "[[[{}]]]",
                    "kind: [a]",
                ]
        )
            Assert.Empty(
                KubernetesObjects
                    .Of(GivenHost.Of("kubernetes", text))
                    .Pods.SelectMany(pod => pod.Volumes.Where(volume => volume["emptyDir"].IsPresent))
            );
    }
}
