"""Complex exponential smoothing by dense linear algebra: companion matrices F, g, w written out; initial states by
numpy's least squares; missing values integrated out. Reads ../series.json; replaces the part `dense` of ../ces.json."""
import json, numpy as np
S=json.load(open('../series.json'))
def system(kind,m,p):
    a0,a1=p[:2]
    P=lambda x0,x1:np.array([[1,-(1-x1)],[1,1-x0]]); G=lambda x0,x1:np.array([x0-x1,x0+x1])
    def lagged(F,g,m):  # a block of k states at lag m as a companion of size k m, the oldest last
        k=len(g); A=np.zeros((k*m,k*m)); A[:k,-k:]=F
        if m>1: A[k:,:-k]=np.eye(k*(m-1))
        b=np.zeros(k*m); b[:k]=g; w=np.zeros(k*m); w[-k]=1
        return A,b,w
    blocks=[lagged(P(a0,a1),G(a0,a1),m if kind=='simple' else 1)]
    if kind=='partial': blocks.append(lagged(np.eye(1),np.array([p[2]]),m))
    if kind=='full': blocks.append(lagged(P(*p[2:]),G(*p[2:]),m))
    n=sum(len(b[1]) for b in blocks); F=np.zeros((n,n)); i=0
    for A,_,_ in blocks: F[i:i+len(A),i:i+len(A)]=A; i+=len(A)
    return F,np.concatenate([b[1] for b in blocks]),np.concatenate([b[2] for b in blocks])
def dense(kind,m,p,y,h=3):
    F,g,w=system(kind,m,p); n=len(y); k=len(g); miss=np.where(np.isnan(y))[0]; y0=np.where(np.isnan(y),0,y)
    D=F-np.outer(g,w)
    def run(y,x):
        e=[]
        for v in y: e.append(v-w@x); x=F@x+g*e[-1]
        return np.array(e),x
    r,_=run(y0,np.zeros(k)); X=np.array([run(np.zeros(n),v)[0] for v in np.eye(k)]).T
    Z=np.array([run(np.eye(n)[t],np.zeros(k))[0] for t in miss]).T.reshape(n,len(miss))
    A=np.hstack([Z,X]); sol=-np.linalg.lstsq(A,r,rcond=1e-13)[0]; e=r+A@sol; sse=e@e; N=n-len(miss)
    ll=-N/2*(np.log(2*np.pi*sse/N)+1)-(np.linalg.slogdet(Z.T@Z)[1]/2 if len(miss) else 0)
    y1=y0.copy(); y1[miss]=sol[:len(miss)]; _,x=run(y1,sol[len(miss):]); f=[]
    for _ in range(h): f.append(w@x); x=F@x
    return dict(kind=kind,m=m,at=list(p),sse=sse,loglik=ll,forecast=f,radius=float(np.abs(np.linalg.eigvals(D)).max()))
out=[]
for n,m,miss in (('AirPassengers',12,()),('AirPassengers',12,(3,50,51,100)),('USAccDeaths',12,()),('USAccDeaths',12,(0+1,30)),('Nile',4,(10,40))):
    y=np.array(S[n]['y'],float); y[list(miss)]=np.nan
    for kind,p in (('none',(1.21,.993)),('none',(1.6,1.05)),('simple',(1.4,.97)),('simple',(1.7,1.15)),('partial',(1.35,.96,.4)),('full',(1.3,.97,1.5,.94))):
        d=dense(kind,m,p,y); d['series']=n; d['missing']=list(miss); out.append(d); print(n,kind,d['radius'],d['loglik'])
G=json.load(open('../ces.json')); G['dense']=out; json.dump(G,open('../ces.json','w'),indent=1)
